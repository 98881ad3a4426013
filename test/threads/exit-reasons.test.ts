/** The reason why a worker ended is the same for blocking and async calls. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./exit-reasons.mjs', import.meta.url));
/** Milliseconds. Only a hang takes this long. */
const TIMEOUT_MS = 20_000;

/** The message and cause of the call, and the error of the application's own listener. */
const ENDS: [end: string, says: RegExp, told: string | undefined][] = [
  ['a missing script', /threw: Error: Cannot find module .*; Error$/, 'Error'],
  ['a script that throws', /threw: RangeError: thrown at once; RangeError$/, 'RangeError'],
  ['a script with a missing import', /Cannot find module .*; Error$/, 'Error'],
  ['a script that throws an uncloneable value', /threw: .*Function.*;$/, 'undefined'],
  ['a script that throws an object', /threw: \[object Object\];$/, 'undefined'],
  ['an error in there', /threw: TypeError: thrown there; TypeError$/, 'TypeError'],
  ['terminate()', /the worker was terminated;$/, undefined],
  ['terminate() at once', /the worker was terminated;$/, undefined],
];

describe.each(['awaits', 'blocks'])('to a call that %s', (how) => {
  test.each([
    ...ENDS,
    [
      'exit in there',
      how === 'awaits' ? /exited with code 3;$/ : /the server is gone;$/,
      undefined,
    ],
  ] as typeof ENDS)(
    '%s',
    async (end, says, told) => {
      const run = promisify(execFile)(process.execPath, [script, end, how], {
        timeout: TIMEOUT_MS,
      });
      const lines = (await run).stdout.split('\n');
      expect(lines.find((line) => line.startsWith('ServerDisappeared'))?.trim()).toMatch(says);
      expect(lines.filter((line) => line.startsWith('told'))).toEqual(told ? [`told ${told}`] : []);
    },
    2 * TIMEOUT_MS,
  );
});
