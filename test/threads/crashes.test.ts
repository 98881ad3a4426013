/** An uncaught error of a worker is reported once: by a call, by an event, or on the console. */
import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./crashes.mjs', import.meta.url));

interface Ended {
  code: number | null;
  out: string;
  shown: number;
}

function run(name: string): Promise<Ended> {
  const child = spawn(process.execPath, [script, name]);
  const text = { out: '', errors: '' };
  child.stdout.on('data', (data) => (text.out += String(data)));
  child.stderr.on('data', (data) => (text.errors += String(data)));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      // With its stack.
      const shown =
        text.errors.split(/\[cause\]: RangeError.*: as planned\n\s+at .*crashes\.mjs/).length - 1;
      resolve({ code, out: text.out.trim(), shown });
    });
  });
}

describe('the program does not notice the crash: it is printed, and the process fails', () => {
  test.each([
    'connected, and only posted to',
    'connected, and taken up before',
    'only listened to',
    'spawned, and only posted to',
    'an actor that cannot be made',
  ])('%s', async (name) => {
    expect(await run(name)).toEqual({ code: 1, out: '', shown: 1 });
  });
});

describe('a supervisor handles the crash: it is printed, and the process continues', () => {
  test.each(['in a pool without onEvent', 'under a supervisor without onEvent'])(
    '%s',
    async (name) => {
      expect(await run(name)).toEqual({ code: 0, out: '', shown: 1 });
    },
  );
});

describe('the program notices the crash: nothing is printed', () => {
  test.each([
    'with a call pending',
    'with closed looked at',
    'with a listener of the user',
    'with done awaited',
    'with a call of an actor pending',
    'with a call of an actor that cannot be made',
    'in a pool with onEvent',
    'killed on purpose',
  ])('%s', async (name) => {
    expect(await run(name)).toEqual({ code: 0, out: 'as planned', shown: 0 });
  });
});
