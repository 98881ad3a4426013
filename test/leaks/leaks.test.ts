/** What must be watched from outside: heaps, ports, collected handles, and how processes end. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Bounds a process that does not end. */
const PATIENCE = 30_000;
const LONG = 120_000;

/** Runs a script of this folder to its own end; gives the lines that it wrote. */
async function run(script: string, name?: string, timeout = PATIENCE): Promise<string[]> {
  const file = fileURLToPath(new URL(`./${script}.mjs`, import.meta.url));
  const args = ['--expose-gc', file, ...(name === undefined ? [] : [name])];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout });
  return stdout.split('\n').filter((line) => line !== '');
}

test('1,000,000 requests leave the heap where it was', () => run('requests', '', LONG), LONG);

test('servers that were waited for leave the heap where it was', () => run('awaited-servers'), PATIENCE);

test('10,000 moved contexts leave no port open', () => run('moved-contexts', '', LONG), LONG);

test('1,000 names, looked up and given up, leave no port open', () => run('registry'), PATIENCE);

test('a client keeps nothing of the homes that its server has left', () => run('migrations'), PATIENCE);

test(
  'a thread that never rests holds few of the contexts it took',
  () => run('busy-thread'),
  PATIENCE,
);

test('failed requests leave nothing pending', () => run('failed-requests'), PATIENCE);

describe('collected, or kept because it is waited for', () => {
  test.each([
    'client',
    'clients of every kind',
    'server',
    'context taken by wait()',
    'context taken by tryPop()',
    'context taken in a loop',
    'context of a loop that was left',
    'context that moved',
    'port of a context that nobody takes up',
    'deferred request',
    'deferred request that is waited for',
    'client with a request pending',
    'server that is waited for',
    'server in a loop',
    'context whose signal is held',
  ])('%s', (name) => run('collected-handles', name), PATIENCE);
});

describe('nothing is kept of', () => {
  test.each([
    'plain calls of a pool',
    'queued calls of a pool',
    'calls of a pool that may be sent again',
    'calls of a pool with killAfter',
    'calls of a pool by key',
    'calls of a pool to all',
    'reqAll() of a pool',
    'posts to a pool',
    'deferred calls whose handles are held',
    'calls of a pool that were given up',
    'calls that waited while the child was down',
    'the last message of an idle actor',
    'restarts of a supervisor',
    'calls by a name',
    'methods and streams',
    'workers of a pool that ended',
    'workers of a supervisor that ended',
  ])('%s', (name) => run('retained-by-actors', name), PATIENCE);
});

describe('who keeps the process', () => {
  test.each<[string, string[]]>([
    ['an idle client', ['answer']],
    ['a pending request', ['answer']],
    ['a request to a worker that is yet to load', ['answer']],
    ['a worker that is connected to and never listens', []],
    ['the last client of a waiting server', ['answer', 'loop ended', 'worker exit 0']],
    ['a server that nobody waits for', []],
    ['a server that is waited for', ['x']],
    ['unref() with a request pending', []],
    ['a server that may be left waiting', ['answer']],
    ['a server that may be left waiting no more', ['still here', 'x']],
    ['names that nobody asks for', ['found']],
    ['somebody who waits for a name', ['still here', 'found']],
    ['a call that waits for its actor', ['answer']],
    ['an idle actor that has a name', ['answer']],
    ['an actor that has a name, and ends', ['worker exit 0', 'undefined']],
    ['ref() of an idle client', ['still here']],
    ['close() after ref()', []],
    ['an idle actor in a thread', ['answer']],
    ['an actor whose end is awaited', ['worker exit 0', 'over']],
    ['an actor whose client is closed at once', ['undefined']],
    ['listen() that nobody waits for', ['worker exit 0']],
    ['listen() that is waited for', ['still here']],
    ['a parent listened to before listen()', ['still here', 'echo hi', 'worker exit 0']],
    ['a parent listened to after listen()', ['still here', 'echo hi', 'worker exit 0']],
    ['a parent listened to long after', ['still here', 'echo hi', 'worker exit 0']],
  ])(
    '%s',
    async (name, lines) => {
      expect(await run('exit', name)).toEqual(lines);
    },
    PATIENCE,
  );
});
