// Runs the whole contract suite without a test runner, against the built package, in each rig of
// this runtime; cases that are the same in each rig run in one. `node test/matrix/smoke.mjs WORD`
// runs only the cases that contain the word. The results are written to the file that SMOKE_RESULT
// names.
import { existsSync, writeFileSync } from 'node:fs';

const compiled = new URL('../../build/test/contract/', import.meta.url);
if (!existsSync(new URL('suite.js', compiled))) {
  throw new Error('the contract suite is not compiled: npm run typecheck');
}
const [{ suite }, { isSameEverywhere, runAll }, { nodeRigs }] = await Promise.all(
  ['suite.js', 'run.js', 'rigs/node.js'].map((file) => import(new URL(file, compiled))),
);

/** Deno and Bun also report the Node version that they emulate. */
const { deno, bun, node } = process.versions;
const [runtime, version] = deno ? ['Deno', deno] : bun ? ['Bun', bun] : ['Node', node];

const [word = ''] = process.argv.slice(2);
const cases = suite.filter(({ theme, sentence }) => `${theme}: ${sentence}`.includes(word));
const counts = { passed: 0, failed: 0, skipped: 0 };
const outcomes = [];

for (const [name, makeRig] of nodeRigs(new URL('rigs/', compiled))) {
  const own = cases.filter((test) => name === 'one thread' || !isSameEverywhere(test));
  await runAll(own, makeRig, ({ rig, test, state, lacks, ms, error }) => {
    const title = `${test.theme}: ${test.sentence}`;
    counts[state] += 1;
    outcomes.push({ rig, title, state, ms });
    if (state === 'passed') return;
    const why = lacks.length > 0 ? ` [needs ${lacks.join(', ')}]` : '';
    console.log(`${state}: ${rig}: ${title}${why}`);
    if (error !== undefined) console.log(error);
  });
}

const result = process.env.SMOKE_RESULT;
if (result) {
  const engine = `${runtime} ${version.split('.')[0]}`;
  writeFileSync(result, JSON.stringify({ engine, outcomes }));
}
if (counts.failed > 0) process.exitCode = 1;
const tally = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
console.log(`contract: ${tally} on ${runtime} ${version}`);

// The process must end by itself: a resource that still keeps it alive now is a leak.
setTimeout(() => {
  console.log(`contract: still open at the end: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit(1);
}, 10_000).unref();
