/** Messages of the user's own that cannot be deserialized are told as without this package. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

test('a call that blocks passes the error on, in order, and so does the event loop', async () => {
  const script = fileURLToPath(new URL('./unreadable-messages.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const told = ['before', 'messageerror true', 'after'];
  const lines = stdout.split('\n').filter((line) => line !== '' && line !== 'a signal');
  expect(lines).toEqual(['blocks', ...told, ...told]);
});
