// Runs the cases of the contract that use another thread. This thread uses one build, the threads
// that it starts another one: `node run.mjs HERE THERE [THEMES [FIRST]]`: two folders with the
// compiled suite, a regular expression, and `here` or `there` if that is the first build that
// negotiates. Prints the failures, and then the counts.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as added from './added.mjs';

const [here, there] = process.argv.slice(2, 4).map((folder) => pathToFileURL(folder + path.sep));
const themes = new RegExp(process.argv[4] ?? '');
const [{ suite }, { runAll, usesRig }, { nodeRigs }] = await Promise.all(
  ['suite.js', 'run.js', 'rigs/node.js'].map((file) => import(new URL(file, here))),
);
const left = new Set(added[process.argv[5]]);
const rigs = new Map(nodeRigs(new URL('rigs/', there)));
const counts = { passed: 0, failed: 0, skipped: 0 };

await runAll(
  suite
    .filter((test) => !left.delete(test.sentence))
    .filter((test) => usesRig(test) && themes.test(test.theme)),
  rigs.get('worker threads'),
  ({ test, state, error }) => {
    counts[state] += 1;
    if (state === 'failed') console.log(`${test.theme}: ${test.sentence}:`, error);
  },
);
if (left.size > 0) throw new Error(`there are no such cases: ${[...left].join('; ')}`);
console.log(JSON.stringify(counts));
process.exit(counts.failed > 0 ? 1 : 0);
