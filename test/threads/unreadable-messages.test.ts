/**
 * Messages of the application that cannot be deserialized cause the same events as without this
 * package.
 */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

test('a blocking call reports the error in order, like the event loop', async () => {
  const script = fileURLToPath(new URL('./unreadable-messages.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const events = ['before', 'messageerror true', 'after'];
  const lines = stdout.split('\n').filter((line) => line !== '' && line !== 'a signal');
  expect(lines).toEqual(['blocks', ...events, ...events]);
});
