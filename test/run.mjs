// The whole test: `npm test`. Every step counts as one test, Jest's own tests are added, and the
// last line is "N passed, N failed". A step is silent unless it fails.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { enginesTable, missingEngines } from './engines-table.mjs';
import { runtimes } from './matrix/nodes.mjs';

const root = path.dirname(import.meta.dirname);
const jestResult = path.join(root, 'build', 'jest.json');
const total = { passed: 0, failed: 0 };
// The steps that pack the project must not run its `prepare`, which installs.
const quiet = { ...process.env, npm_config_ignore_scripts: 'true' };

/** Runs a command; gives its exit code and, in the order it came, all that it wrote. */
function run(command, args, env = quiet) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.on('error', (error) => done({ code: 1, output: error.message }));
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}

const npm = (script, ...args) => run('npm', ['run', '--silent', script, '--', ...args]);

/** A step that is one test. `tell` picks what to say of its output when it passed. */
async function step(name, action, tell = () => '') {
  const start = performance.now();
  const { code, output } = await action();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const ok = code === 0;
  total[ok ? 'passed' : 'failed'] += 1;
  console.log(
    `${ok ? '✓' : '✗'} ${name} (${seconds} s) ${ok ? tell(output.trim()) : ''}`.trimEnd(),
  );
  if (!ok) console.log(output);
  return ok;
}

/** Steps that do not depend on one another, two at a time. */
async function inPairs(steps) {
  const next = steps.values();
  const lane = async () => {
    for (const start of next) await start();
  };
  await Promise.all([lane(), lane()]);
}

/** Jest is no test itself; each of its own counts, and so does a file that could not be run. */
async function jest() {
  rmSync(jestResult, { force: true });
  const start = performance.now();
  const { code, output } = await npm('test:unit', '--json', `--outputFile=${jestResult}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const result = existsSync(jestResult) ? JSON.parse(readFileSync(jestResult, 'utf8')) : {};
  const { numPassedTests = 0, numFailedTests = 0, numRuntimeErrorTestSuites = 0 } = result;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  const skipped = (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0);
  const ok = code === 0 && failed === 0;
  total.passed += numPassedTests;
  total.failed += ok ? 0 : Math.max(failed, 1);
  console.log(
    `${ok ? '✓' : '✗'} jest (${seconds} s) ${numPassedTests} passed, ${failed} failed, ${skipped} skipped`,
  );
  if (!ok) console.log(output);
  for (const name of missingEngines(result)) console.log(`! ${name}`);
  return result;
}

/** What each run of the smoke test found out, for the table. */
const smokeResults = [];

/** The same smoke test on the Node that runs this and on each runtime of the matrix. */
function smoke({ name, binary, args = [] }) {
  if (binary) {
    const file = path.join(root, 'build', `smoke-${name.replaceAll(' ', '-')}.json`);
    return async () => {
      rmSync(file, { force: true });
      const command = [...args, 'test/matrix/smoke.mjs'];
      await step(
        `smoke on ${name}`,
        () => run(binary, command, { ...quiet, SMOKE_RESULT: file }),
        lastLine,
      );
      if (existsSync(file)) smokeResults.push(JSON.parse(readFileSync(file, 'utf8')));
    };
  }
  const output = `${name} IS NOT INSTALLED, nothing was tested on it: npm run prepare`;
  if (process.env.CI) return () => step(`smoke on ${name}`, async () => ({ code: 1, output }));
  return async () => console.log(`! ${output}`);
}

const lastLine = (output) => output.slice(output.lastIndexOf('\n') + 1);

if (await step('build', () => npm('build'))) {
  await inPairs([
    () => step('lint', () => npm('lint')),
    () => step('typecheck', () => npm('typecheck')),
    () => step('format', () => npm('format:check')),
    () => step('publint', () => npm('test:package')),
    () => step('are the types wrong', () => npm('test:types')),
    () => step('API report', () => npm('test:api')),
    () => step('size', () => npm('size'), lastLine),
  ]);
  const result = await jest();
  const current = { name: 'this node', binary: process.execPath };
  await inPairs([current, ...runtimes()].map(smoke));
  console.log(`\n${enginesTable(result, smokeResults)}\n`);
} else {
  console.log('Nothing else was run: it all needs the build.');
}

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
