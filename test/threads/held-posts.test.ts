import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./held-posts.mjs', import.meta.url));
/** Milliseconds. Only a hang takes this long. */
const TIMEOUT_MS = 30_000;

test.each(['blocks', 'closes', 'ends'])(
  'posts that are held are sent though their thread %s',
  async (how) => {
    const run = promisify(execFile)(process.execPath, [script, how], { timeout: TIMEOUT_MS });
    expect((await run).stdout).toBe('1,2,3,4,5\n');
  },
  2 * TIMEOUT_MS,
);
