/**
 * Replies that arrived before a worker died are delivered; its death ends only unanswered calls.
 */
import { expect, test } from '@jest/globals';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { connect } from 'ump-ng';

/** Blocks this thread until the other end of the port is dead, and with it the worker. */
function blockUntilDead(port: MessagePort): void {
  // postMessage() returns whether the other end is alive, without a turn of the event loop.
  const post = port.postMessage.bind(port) as (message: unknown) => unknown;
  while (post(undefined) === true);
}

test.each([1, 50, 5000])('%i answers sent before the worker threw arrive', async (requests) => {
  // Older than the Worker: Node handles this port first, then the `error` of the Worker, and only
  // then the port with the replies.
  const { port1, port2 } = new MessageChannel();
  const blocked = new Int32Array(new SharedArrayBuffer(4));
  port1.once('message', () => {
    Atomics.store(blocked, 0, 1);
    Atomics.notify(blocked, 0);
    blockUntilDead(port1);
  });
  const worker = new Worker(new URL('./answers-then-throws.mjs', import.meta.url), {
    workerData: { requests, probe: port2, blocked },
    transferList: [port2],
  });
  const client = connect<never, number, number>(worker);
  const results = await Promise.all(Array.from({ length: requests }, (_, at) => client.tryReq(at)));
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  const { code, cause } = await client.closed;
  expect([code, (cause as Error).message]).toEqual([
    'ServerDisappeared',
    'thrown after the answers',
  ]);
});
