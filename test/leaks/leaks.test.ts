/** Checks that need a process of their own: heaps, open ports, collected handles, and exits. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Milliseconds. Only a process that does not end takes this long. */
const TIMEOUT_MS = 30_000;
const LONG = 120_000;

/** Runs a script of this folder until it ends by itself; returns the lines that it printed. */
async function run(script: string, name?: string, timeout = TIMEOUT_MS): Promise<string[]> {
  const file = fileURLToPath(new URL(`./${script}.mjs`, import.meta.url));
  const args = ['--expose-gc', file, ...(name === undefined ? [] : [name])];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout });
  return stdout.split('\n').filter((line) => line !== '');
}

test('1,000,000 requests leave nothing on the heap', () => run('requests', '', LONG), LONG);

test('awaited servers leave nothing on the heap', () => run('awaited-servers'), TIMEOUT_MS);

test('10,000 moved contexts leave no port open', () => run('moved-contexts', '', LONG), LONG);

test('1,000 names, looked up and cancelled, leave no port open', () => run('registry'), TIMEOUT_MS);

test(
  'a client keeps nothing of the former hosts of its server',
  () => run('migrations'),
  TIMEOUT_MS,
);

test(
  'a thread that never returns to its event loop keeps few of the contexts it took',
  () => run('busy-thread'),
  TIMEOUT_MS,
);

test('failed requests leave nothing pending', () => run('failed-requests'), TIMEOUT_MS);

describe('collected, or kept because it is awaited', () => {
  test.each([
    'client',
    'clients of every kind',
    'client that a function has ended which refers to it',
    'server',
    'context taken by wait()',
    'context taken by tryPop()',
    'context taken in a loop',
    'context of a loop that was left',
    'context that moved',
    'port of a context that is never used',
    'deferred request',
    'deferred request that is awaited',
    'client with a request pending',
    'server that is awaited',
    'server in a loop',
    'context whose signal is held',
  ])('%s', (name) => run('collected-handles', name), TIMEOUT_MS);
});

describe('remotes of ump-ng/comlink', () => {
  test.each([
    'a remote',
    'a remote whose method is kept',
    'a remote that a call returns, once the remote that made the call was collected',
    'a callback',
    'ports of callbacks and objects',
    'an idle worker',
  ])('%s', (name) => run('comlink', name), TIMEOUT_MS);
});

describe('references', () => {
  test.each([
    'a callback that its recipient forgets',
    'an object that its recipient forgets',
    'an object whose method is kept',
    'a stream that its recipient forgets',
    'a callback that only its maker calls',
    'ports of references',
    'an idle worker',
  ])('%s', (name) => run('references', name), TIMEOUT_MS);
});

describe('nothing is kept of', () => {
  test.each([
    'plain calls of a pool',
    'queued calls of a pool',
    'idempotent calls of a pool',
    'calls of a pool with killAfter',
    'calls of a pool by key',
    'calls of a pool to all',
    'reqAll() of a pool',
    'posts to a pool',
    'deferred calls whose handles are held',
    'cancelled calls of a pool',
    'calls that waited while the child was down',
    'the last message of an idle actor',
    'restarts of a supervisor',
    'calls by a name',
    'methods and streams',
    'workers of a pool that ended',
    'pools that were stopped',
    'workers of a supervisor that ended',
  ])('%s', (name) => run('retained-by-actors', name), TIMEOUT_MS);
});

describe('the process is kept alive by the right handles', () => {
  test.each<[string, string[]]>([
    ['an idle client', ['answer']],
    ['a pending request', ['answer']],
    ['a client that reconnects after unref()', ['answer']],
    ['an idle client that has reconnected', ['answer', 'again']],
    [
      'an idle client that has reconnected to a Worker that the application has unref’d',
      ['answer', 'again'],
    ],
    ['a request to a worker that has not loaded yet', ['answer']],
    ['a worker that is connected to and never listens', []],
    ['the last client of a waiting server', ['answer', 'loop ended', 'worker exit 0']],
    ['a server that is not awaited', []],
    ['a server that is awaited', ['x']],
    ['unref() with a request pending', []],
    ['an awaited server after unref()', ['answer']],
    ['an awaited server after unref() and ref()', ['still here', 'x']],
    ['names that are not awaited', ['found']],
    ['a wait for a name', ['still here', 'found']],
    ['a call that waits for its actor', ['answer']],
    ['an idle actor that has a name', ['answer']],
    ['an actor that has a name, and ends', ['worker exit 0', 'undefined']],
    ['ref() of an idle client', ['still here']],
    ['close() after ref()', []],
    ['an idle actor in a thread', ['answer']],
    ['an idle actor in this thread', ['answer']],
    ['an actor in this thread whose end is awaited', ['still here', 'undefined']],
    ['an actor in this thread with a request pending', ['answer']],
    ['posts from one actor in this thread to another', ['5', '4', '3', '2', '1', '0']],
    ['a post to an idle actor in this thread', ['ready', 'a post']],
    ['an actor in this thread that works without end', []],
    ['a supervised actor in this thread', ['answer']],
    ['a pool that stops actors in this thread that never end', ['ServerDisappeared']],
    ['a script with an invalid option', ['InvalidArgument']],
    ['an actor whose end is awaited', ['worker exit 0', 'over']],
    ['an actor whose client is closed at once', ['undefined']],
    ['a listener on a connected Worker', ['answer', 'worker exit 0']],
    ['a listener that is added to a connected Worker', ['answer', 'still here']],
    ['a listener that is removed from a connected Worker', ['answer']],
    ['a listener on a connected Worker that the application has unref’d', ['answer']],
    ['a Worker that two copies of the package connect to', ['answer', 'answer']],
    ['listen() that is not awaited', ['worker exit 0']],
    ['listen() that is awaited', ['still here']],
    ['a parent listened to before listen()', ['still here', 'echo hi', 'worker exit 0']],
    ['a parent listened to after listen()', ['still here', 'echo hi', 'worker exit 0']],
    ['a parent listened to long after', ['still here', 'echo hi', 'worker exit 0']],
  ])(
    '%s',
    async (name, lines) => {
      expect(await run('exit', name)).toEqual(lines);
    },
    TIMEOUT_MS,
  );
});
