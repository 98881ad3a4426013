// Servers that were awaited leave nothing on the heap.
import assert from 'node:assert/strict';
import { channel } from 'ump-ng';
import { collectUntil } from './utilities.mjs';

const SERVERS = 5000;
/** Bytes that each may leave. A timer that stays takes more than 200. */
const BYTES = 20;

async function wait() {
  const { server, client } = channel();
  const waiting = server.wait();
  client.post(1);
  await waiting;
  client.close();
  await server.wait().catch(() => undefined);
}

async function waitForMany() {
  for (let n = 0; n < SERVERS; n++) await wait();
}

const heap = async () => {
  let rounds = 0;
  await collectUntil(() => ++rounds === 20, 'twenty rounds');
  return process.memoryUsage().heapUsed;
};

await waitForMany();
let least = Infinity;
let before = await heap();
for (let round = 0; round < 4 && least > BYTES; round++) {
  await waitForMany();
  const after = await heap();
  least = Math.min(least, (after - before) / SERVERS);
  before = after;
}
assert.ok(least <= BYTES, `each leaves ${least} bytes`);
