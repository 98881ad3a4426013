import { expect, test } from '@jest/globals';
import { on, once } from 'node:events';
import { Worker, type MessagePort } from 'node:worker_threads';

const script = new URL('./families.mjs', import.meta.url);

test('a thread whose parent has lost the first of their family hears so, whatever it asks of names', async () => {
  const first = new Worker(script, { workerData: { part: 'begin' } });
  const [names] = (await once(first, 'message')) as [MessagePort];
  const parent = new Worker(script, {
    workerData: { part: 'join', names },
    transferList: [names],
  });
  expect(await once(parent, 'message')).toEqual(['joined']);

  await first.terminate();

  const [codes] = (await once(parent, 'message')) as [string[]];
  expect(codes).toEqual(Array.from({ length: 4 }, () => 'ServerDisappeared'));
  await once(parent, 'exit');
});

test('waiting for a name ends as it was told to before anybody has said where the names are', async () => {
  const worker = new Worker(script, { workerData: { part: 'alone' } });
  // What serveWorker() says by the same port comes first.
  for await (const [message] of on(worker, 'message') as AsyncIterable<[{ codes?: string[] }]>) {
    if (message.codes === undefined) continue;
    expect(message.codes).toEqual(['Timeout', 'Aborted']);
    break;
  }
  await worker.terminate();
});
