/** The driver of a thread is set once: by its platform, or before that by a simulator. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * installDriver() is not in dist, because only simulators need it: this runs what tsc has built.
 */
async function evaluate(code: string): Promise<string> {
  const imports = `import { installDriver, openTransport, liveness } from './build/core/transport/driver.js';
    const codeOf = (call) => { try { return call(); } catch (error) { return error.code; } };`;
  const args = ['--input-type=module', '--eval', `${imports}console.log(${code})`];
  const { stdout } = await run(process.execPath, args, { cwd: path.resolve('.') });
  return stdout.trim();
}

test('a simulator may set the driver before anything else', async () => {
  expect(
    await evaluate(`(installDriver({ openTransport: (port) => port }), openTransport('port'))`),
  ).toBe('port');
});

test('a second driver is refused', async () => {
  expect(await evaluate(`(installDriver({}), codeOf(() => installDriver({})))`)).toBe(
    'InvalidArgument',
  );
});

test('so is one that comes after the driver of the platform', async () => {
  expect(await evaluate(`(liveness(), codeOf(() => installDriver({})))`)).toBe('InvalidArgument');
});
