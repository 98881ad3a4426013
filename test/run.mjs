// All tests: `npm test`. They run in this order, so that a typical slip shows within a minute:
//
// 1. lint, beside build, typecheck and Jest's quick files (architecture, goldens, contract in one
//    thread); meanwhile, tools that are missing are installed
// 2. format, package, API and size
// 3. all other files of Jest, browsers included
// 4. the contract suite on the other runtimes; the simulator with fresh seeds, for a minute
//
// Each step prints its result when it ends, and its output only if it failed; Jest prints a line
// for each file. A step counts as one test, except for Jest, whose own tests count. The last line
// is "N passed, N failed".
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { enginesTable, missingEngines } from './engines-table.mjs';
import { runtimes } from './matrix/nodes.mjs';
import { installTools } from './tools.mjs';

const root = path.dirname(import.meta.dirname);
const total = { passed: 0, failed: 0 };
// Steps that pack the project must not run its `prepare` script, which builds it again.
const withoutScripts = { ...process.env, npm_config_ignore_scripts: 'true' };

/**
 * Test files that need seconds and no browser. Every other file belongs to the second run of Jest.
 */
const QUICK = ['test/architecture/', 'test/wire/golden/', 'test/contract/node/one-thread'];
/** The contract suite on this Node is run without Jest. */
const WITHOUT_JEST = 'test/contract/node/worker-threads';

/**
 * Runs a command. `output` is all that it wrote, in order; `onText` gets each part of it at once.
 */
function run(command, args, { env = withoutScripts, onText = () => undefined } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        onText(text);
      });
    }
    child.on('error', (error) => done({ code: 1, output: error.message }));
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}

const npm = (script, args = [], options = {}) =>
  run('npm', ['run', '--silent', script, '--', ...args], options);

const secondsSince = (start) => ((performance.now() - start) / 1000).toFixed(1);

/**
 * A step that counts as one test. `summarize` picks the part of its output to print if it passed.
 */
async function step(name, action, summarize = () => '') {
  const start = performance.now();
  const { code, output } = await action();
  const ok = code === 0;
  total[ok ? 'passed' : 'failed'] += 1;
  const summary = ok ? summarize(output.trim()) : '';
  console.log(`${ok ? '✓' : '✗'} ${name} (${secondsSince(start)} s) ${summary}`.trimEnd());
  if (!ok) console.log(output);
  return ok;
}

/** Runs independent steps, two at a time. */
async function inPairs(steps) {
  const next = steps.values();
  const lane = async () => {
    for (const start of next) await start();
  };
  await Promise.all([lane(), lane()]);
}

/**
 * Runs Jest. Each of its tests counts as one, and so does a file that could not be run.
 * @returns its result, as `--json` gives it.
 */
async function jest(name, args) {
  const file = path.join(root, 'build', `jest-${name}.json`);
  rmSync(file, { force: true });
  const start = performance.now();
  const { code } = await npm(
    'test:unit',
    [...args, '--json', `--outputFile=${file}`, '--reporters=<rootDir>/test/jest-reporter.mjs'],
    {
      onText: (text) => process.stdout.write(text.replace(/^Test results written to: .*\n?/m, '')),
    },
  );
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const { numPassedTests = 0, numFailedTests = 0, numRuntimeErrorTestSuites = 0 } = result;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  const skipped = (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0);
  const ok = code === 0 && failed === 0;
  total.passed += numPassedTests;
  total.failed += ok ? 0 : Math.max(failed, 1);
  const counts = `${numPassedTests} passed, ${failed} failed, ${skipped} skipped`;
  console.log(`${ok ? '✓' : '✗'} jest, ${name} (${secondsSince(start)} s) ${counts}`);
  for (const title of missingEngines(result)) console.log(`! ${title}`);
  return result;
}

/** The results of the smoke test on each runtime, for the table. */
const smokeResults = [];

/** The smoke test on one runtime: the Node that runs this file, or one of the matrix. */
function smoke({ name, binary, args = [] }) {
  if (binary) {
    const file = path.join(root, 'build', `smoke-${name.replaceAll(' ', '-')}.json`);
    return async () => {
      rmSync(file, { force: true });
      const command = [...args, 'test/matrix/smoke.mjs'];
      const env = { ...withoutScripts, SMOKE_RESULT: file };
      await step(`smoke on ${name}`, () => run(binary, command, { env }), lastLine);
      if (existsSync(file)) smokeResults.push(JSON.parse(readFileSync(file, 'utf8')));
    };
  }
  const output = `${name} IS NOT INSTALLED, nothing was tested on it: npm run test:tools`;
  if (process.env.CI) return () => step(`smoke on ${name}`, async () => ({ code: 1, output }));
  return async () => console.log(`! ${output}`);
}

/**
 * Of a thousand scenarios with new seeds, fewer than one fail by faults that are known: see
 * docs/proof.md. Each fault of `npm run mutants` makes several times as many fail.
 */
const KNOWN_RATE = 4;

/** Runs the simulator from a random seed on; `npm run simulate -- --seeds N` repeats a failure. */
const freshScenarios = () => {
  const seed = String(randomInt(1_000_000_000));
  const whatFails = ['--quick', '--failures', '20', '--known-rate', String(KNOWN_RATE)];
  return npm('simulate', ['--seed', seed, '--seconds', '60', ...whatFails]);
};

const firstAndLastLine = (output) =>
  `${output.slice(0, output.indexOf('\n'))}: ${lastLine(output)}`;

const lastLine = (output) => output.slice(output.lastIndexOf('\n') + 1);

// The cache does not notice that the types of an imported file have changed, so CI does without.
const lintArgs = process.env.CI ? [] : ['--cache', '--cache-location', 'build/eslint-cache'];

/** @returns the result of the quick files; undefined if the project does not build. */
async function buildAndTestQuickly() {
  if (!(await step('build', () => npm('build')))) return undefined;
  await step('typecheck', () => npm('typecheck'));
  return jest('quick files', QUICK);
}

const tools = installTools();
const [quick] = await Promise.all([
  buildAndTestQuickly(),
  step('lint', () => npm('lint', lintArgs)),
]);
await tools;
if (quick !== undefined) {
  await inPairs([
    () => step('format', () => npm('format:check')),
    () => step('publint', () => npm('test:package')),
    () => step('publish (dry run)', () => npm('test:publish')),
    () => step('are the types wrong', () => npm('test:types')),
    () => step('API report', () => npm('test:api')),
    () => step('size', () => npm('size'), lastLine),
  ]);
  const others = await jest('all other files', [
    '--testPathIgnorePatterns',
    ...QUICK,
    WITHOUT_JEST,
  ]);
  const current = { name: 'this node', binary: process.execPath };
  await inPairs([
    () => step('fresh scenarios', freshScenarios, firstAndLastLine),
    ...[current, ...runtimes()].map(smoke),
  ]);
  const testResults = [quick, others].flatMap((result) => result.testResults ?? []);
  console.log(`\n${enginesTable({ testResults }, smokeResults)}\n`);
} else {
  console.log('Nothing else was run, because everything else needs the build.');
}

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
