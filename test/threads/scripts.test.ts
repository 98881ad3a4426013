/** Threads that are started from a script, with options of Node's Worker. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pool, spawn, supervise } from 'ump-ng/actors';

const script = fileURLToPath(new URL('./scripts.mjs', import.meta.url));

test('the options reach the Worker, and `init` its factory', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const lines = stdout.trim().split('\n');
  const rest = [
    { data: true },
    ['an argument'],
    'an environment',
    ['--no-warnings'],
    'AlreadyListening',
  ];
  expect(
    lines.filter((line) => line !== 'printed').map((line): unknown => JSON.parse(line)),
  ).toEqual([
    ['spawnWorker()', [{ n: 1 }, ...rest], 40],
    ['pool()', { n: 1 }],
    ['pool()', { n: 1 }],
    ['pool()', [{ n: 1 }, ...rest]],
    ['supervise()', [{ n: 2 }, ...rest]],
    ['env', 'shared'],
    ['stdout', 'printed\n'],
    ['unread'],
    ['eval', 'evaluated'],
    ['refused', 'InvalidArgument', 'Error'],
    ['refused', 'DataClone', 'DataCloneError'],
  ]);
});

test('`await using` ends actors, pools and supervisors with their block', async () => {
  const ended: string[] = [];
  const start = (name: string) => spawn({ term: () => void ended.push(name) });
  {
    await using actor = start('actor');
    await using workers = pool(() => start('worker'), { size: 1 });
    await using supervisor = supervise({ a: { start: () => start('child') } });
    await Promise.all([actor.started, workers.ready(), supervisor.children.a.ready()]);
  }
  expect(ended).toEqual(['child', 'worker', 'actor']);
});
