// Run by every Node release of the matrix, against the built package, without a test runner: the
// whole contract suite. `node test/matrix/smoke.mjs WORD` runs only the cases that mention the word.
import { existsSync } from 'node:fs';

const compiled = new URL('../../build/test/contract/', import.meta.url);
if (!existsSync(new URL('suite.js', compiled))) {
  throw new Error('the contract suite is not compiled: npm run typecheck');
}
const [{ suite }, { runAll }, { nodeRigs }] = await Promise.all(
  ['suite.js', 'run.js', 'rigs/node.js'].map((file) => import(new URL(file, compiled))),
);

const [word = ''] = process.argv.slice(2);
const cases = suite.filter(({ theme, sentence }) => `${theme}: ${sentence}`.includes(word));
const counts = { passed: 0, failed: 0, skipped: 0 };

for (const [, makeRig] of nodeRigs(new URL('rigs/', compiled))) {
  await runAll(cases, makeRig, ({ rig, test, state, error }) => {
    counts[state] += 1;
    if (state === 'passed') return;
    console.log(`${state}: ${rig}: ${test.theme}: ${test.sentence} ${test.needs.join(', ')}`);
    if (error !== undefined) console.log(error);
  });
}

if (counts.failed > 0) process.exitCode = 1;
const tally = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
console.log(`contract: ${tally} on Node ${process.version}`);

// The process must end by itself: whatever still holds it open now was left behind.
setTimeout(() => {
  console.log(`contract: still open at the end: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit(1);
}, 10_000).unref();
