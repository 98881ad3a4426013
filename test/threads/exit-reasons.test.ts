/** Why a worker has ended: a call that blocks is told the same as one that awaits. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./exit-reasons.mjs', import.meta.url));
/** Bounds a hang. */
const PATIENCE = 20_000;

/** What the call says, and whether the user's own listener was told of an error. */
const ENDS: [end: string, says: RegExp, told: string | undefined][] = [
  ['a script that is not there', /threw: Error: Cannot find module .*; Error$/, 'Error'],
  ['a script that throws', /threw: RangeError: thrown at once; RangeError$/, 'RangeError'],
  ['a script with an import that is not there', /Cannot find module .*; Error$/, 'Error'],
  ['a script that throws what cannot be cloned', /threw: .*Function.*;$/, 'undefined'],
  ['a script that throws what is no text', /threw: \[object Object\];$/, 'undefined'],
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
      const run = promisify(execFile)(process.execPath, [script, end, how], { timeout: PATIENCE });
      const lines = (await run).stdout.split('\n');
      expect(lines.find((line) => line.startsWith('ServerDisappeared'))?.trim()).toMatch(says);
      expect(lines.filter((line) => line.startsWith('told'))).toEqual(told ? [`told ${told}`] : []);
    },
    2 * PATIENCE,
  );
});
