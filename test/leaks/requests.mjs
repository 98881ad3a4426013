// A million requests leave nothing on the heap.
import assert from 'node:assert/strict';
import { channel } from 'ump-ng';
import { collectUntil, serve } from './utilities.mjs';

const WARM_UP = 100_000;
const REQUESTS = 1_000_000;
const IN_FLIGHT = 1000;
/** Two bytes per request would be 2 MB. */
const BOUND = 2 ** 20;

const { server, client } = channel();
void serve(server, (msg, rctx) => {
  if (msg % 100 === 0) rctx.fail(msg);
  else rctx.reply(msg);
});

async function ask(count) {
  for (let sent = 0; sent < count; sent += IN_FLIGHT) {
    await Promise.all(Array.from({ length: IN_FLIGHT }, (_, n) => client.tryReq(n)));
  }
}

const heap = async () => {
  let rounds = 0;
  await collectUntil(() => ++rounds === 10, 'ten rounds');
  return process.memoryUsage().heapUsed;
};

await ask(WARM_UP);
const before = await heap();
await ask(REQUESTS);
const grown = (await heap()) - before;
assert.ok(grown < BOUND, `the heap has grown by ${grown} bytes`);
client.close();
