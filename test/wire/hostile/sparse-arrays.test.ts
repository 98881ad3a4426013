import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./sparse-arrays.mjs', import.meta.url));
/** Bounds a hang, which nothing inside the process could end. */
const PATIENCE = 20_000;

test.each([
  'records of errors',
  'a transfer list',
  'moved ids',
  'a field that its frame does not have',
  'the frame itself',
])(
  'a sparse array as %s does not stop the thread',
  async (name) => {
    const run = promisify(execFile)(process.execPath, [script, name], { timeout: PATIENCE });
    expect((await run).stdout).toBe('honest\n');
  },
  2 * PATIENCE,
);
