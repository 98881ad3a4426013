/** A worker that exits with code 0 has not failed, and the calls that it has not begun go on. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./clean-exits.mjs', import.meta.url));

test('a pool goes on, and only the calls that were begun fail', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const lines = stdout.trim().split('\n');
  // The first call of each round ends its worker.
  const round = '1500 answered, 1 ServerDisappeared';
  expect(lines).toEqual([round, round, round, '0 lost', 'left soon', 'went on']);
});
