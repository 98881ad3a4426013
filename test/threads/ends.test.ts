/** What a thread has done when its end is reported: its output, `exit` handlers and coverage. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./ends.mjs', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ump-ng-ends-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The lines that it prints. Its output is read once its thread has exited, if it reports that. */
async function run(how: string): Promise<string[]> {
  const env = { ...process.env, NODE_V8_COVERAGE: mkdtempSync(path.join(folder, 'coverage-')) };
  const child = spawn(process.execPath, [script, how], { env });
  let errors = '';
  if (how.endsWith('nothing reads its output'))
    expect(String(await once(child.stderr, 'data'))).toBe('exited');
  child.stderr.on('data', (data) => (errors += String(data)));
  let out = '';
  child.stdout.on('data', (data) => (out += String(data)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return out
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

const TERM = ['term 1', 'term 2', 'term 3'];
const EXIT = ['exit handler', 'last line'];
const WHOLE = [...TERM, 'after the actor', ...EXIT, 'terminated 0, covered 1'];

describe('a thread has ended by itself, and its output is shown, after', () => {
  test.each([
    'stop() of a pool',
    'close() of a pool',
    'a pool is disposed of',
    'stop() of a pool whose worker is still starting',
    'stop() of a pool whose worker was started before, and comes later',
    'stop() of a supervisor',
    'a supervisor is disposed of',
    'the client of an actor is closed',
    'an actor is disposed of',
    'stop() of a pool whose term() fails',
    'an actor fails',
    'stop() of a pool, and nothing reads its output',
  ])('%s', async (how) => {
    expect(await run(how)).toEqual(WHOLE);
  });
});

describe('a thread that goes on is terminated after the deadline, and not before', () => {
  test.each<[string, string[]]>([
    ['no deadline yet', ['terminated 0', ...EXIT]],
    ['the deadline of a pool is longer than that of its worker', ['terminated 0', ...EXIT]],
    ['the deadline of an actor', []],
  ])('%s', async (how, then) => {
    const lines = await run(how);
    expect(lines.slice(0, -1)).toEqual([...TERM, 'after the actor', ...then]);
    expect(lines.at(-1)).toMatch(then.length > 0 ? 'terminated 0, covered 1' : /^terminated 1,/);
  });
});
