/**
 * A thread that ends rings the doorbells of threads that may sleep until it sends: they notice
 * nothing else.
 */
import { expect, test } from '@jest/globals';
import { Worker } from 'node:worker_threads';
import { F, hello, rawPeer, ROLE } from '../wire/support/raw-peer.js';
import { turn } from '../wire/support/relay.js';

const [RINGS, STATE] = [0, 1];
const SLEEPS = 2;

async function ringsAtItsEnd(end: (worker: Worker) => void): Promise<number> {
  const { raw, port } = rawPeer();
  const worker = new Worker(new URL('./exit-doorbell.mjs', import.meta.url), {
    workerData: port,
    transferList: [port],
  });
  worker.on('error', () => undefined);
  await raw.hears(F.HELLO);
  const bell = new Int32Array(new SharedArrayBuffer(12));
  raw.say(hello(ROLE.SERVER), [F.DOORBELL, bell.buffer]);
  // A thread rings a doorbell once when it gets it.
  while (Atomics.load(bell, RINGS) === 0) await turn();
  Atomics.store(bell, STATE, SLEEPS);
  const before = Atomics.load(bell, RINGS);
  end(worker);
  await new Promise((resolve) => worker.once('exit', resolve));
  return Atomics.load(bell, RINGS) - before;
}

test.each(['exit', 'throw'])('%s', async (how) => {
  const rings = await ringsAtItsEnd((worker) => {
    worker.postMessage(how);
  });
  expect(rings).toBe(1);
});

test('a terminated thread rings no doorbell', async () => {
  const rings = await ringsAtItsEnd((worker) => void worker.terminate());
  expect(rings).toBe(0);
});
