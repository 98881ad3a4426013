/**
 * The package as it would be published, in the surroundings that test runners make: simulated
 * pages, fake timers, simulated workers; and with state libraries around its handles. Each runs in
 * a process of its own; app/checks.cjs is what must work in all of them.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPacked, root } from '../package/consumer.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const node22 = path.join(
  root,
  `test/matrix/nodes/node_modules/node22-${process.platform}-${process.arch}/bin/node`,
);
/** Milliseconds, for a busy machine. */
const LONG = 240_000;

/** Without what the runner of these tests sets for itself. */
const env = {
  ...process.env,
  NODE_ENV: 'test',
  NODE_OPTIONS: undefined,
  JEST_WORKER_ID: undefined,
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
};

/** The folders whose tools are used; node22 has the releases that need Node 22. */
const TOOLS = { node20: here, node22: path.join(here, 'node22') };
const consumers = new Map<string, string>();
let outer = '';

const run = (
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: unknown; output: string }> =>
  new Promise((resolve) => {
    execFile(command, args, { cwd, env, timeout: LONG / 2 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), output: stdout + stderr });
    });
  });

/** Runs the tool of a folder of this one, and fails with its output. */
async function passes(
  consumer: string,
  folder: string,
  args: readonly string[],
  command = process.execPath,
): Promise<string> {
  const { code, output } = await run(command, args, path.join(consumers.get(consumer)!, folder));
  if (code !== 0) throw new Error(`ended with ${String(code)}:\n${output}`);
  return output;
}

function suite(): void {
  beforeAll(() => {
    outer = mkdtempSync(path.join(tmpdir(), 'ump-ng-environments-'));
    for (const [name, folder] of Object.entries(TOOLS)) {
      const consumer = path.join(outer, name, 'consumer');
      mkdirSync(consumer, { recursive: true });
      consumers.set(name, consumer);
      // Tools are looked for last in the parent folder of the consumer.
      symlinkSync(path.join(folder, 'node_modules'), path.join(outer, name, 'node_modules'), 'dir');
    }
    const [first, second] = [...consumers.values()] as [string, string];
    installPacked(first);
    for (const each of ['app', 'jest', 'vitest', 'plain']) {
      cpSync(path.join(here, each), path.join(first, each), { recursive: true });
    }
    cpSync(first, second, { recursive: true });
  }, LONG);
  afterAll(() => rmSync(outer, { recursive: true, force: true }));

  test.each(['node-timers', 'sinon', 'zone', 'state'])(
    'plain/%s.mjs',
    async (name) => {
      const args = ['--disable-warning=ExperimentalWarning', `${name}.mjs`];
      const lines = (await passes('node20', 'plain', args)).trim().split('\n');
      expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([]);
      expect(lines.length).toBeGreaterThan(5);
    },
    LONG,
  );

  test(
    'node:test runs the program of the documents',
    () => passes('node20', 'plain', ['--test', 'greeter.test.mjs']),
    LONG,
  );

  test(
    'Jest with jsdom and happy-dom, in CommonJS and ES modules',
    async () => {
      const jest = path.join(root, 'node_modules/jest/bin/jest.js');
      const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
      const output = await passes('node20', 'jest', [...flags, jest, '--runInBand']);
      expect(output).toMatch(/^Test Suites: 4 passed, 4 total$/m);
    },
    LONG,
  );

  test.each([
    ['4', 'node20', process.execPath],
    ['5, on Node 22', 'node22', node22],
  ])(
    'Vitest %s, with jsdom, happy-dom and @vitest/web-worker',
    async (_version, name, command) => {
      const vitest = path.join(TOOLS[name as keyof typeof TOOLS], 'node_modules/vitest/vitest.mjs');
      const output = await passes(name, 'vitest', [vitest, 'run'], command);
      expect(output).toMatch(/^ *Test Files +5 passed \(5\)$/m);
    },
    LONG,
  );
}

const lacking = [
  ...Object.values(TOOLS).map((folder) => path.join(folder, 'node_modules/vitest')),
  node22,
].filter((each) => !existsSync(each));
if (lacking.length === 0) suite();
else {
  const message = `${lacking.join(', ')} NOT INSTALLED, no test runner was tested: npm run test:tools`;
  if (process.env['CI'] === undefined) test.skip(message, () => undefined);
  else test(message, () => expect(lacking).toEqual([]));
}
