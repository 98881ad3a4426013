// A client whose server has moved a thousand times keeps nothing of the homes that it has left.
import assert from 'node:assert/strict';
import { Server, channel } from 'ump-ng';
import { collectUntil, countPorts } from './utilities.mjs';

const WARM_UP = 200;
const MOVES = 1000;
/** Each home that is kept would take more than twice as much. */
const BOUND = MOVES * 1024;
let { server, client } = channel();

async function move() {
  const answers = [client.req('taken'), client.req('unread')];
  const taken = await server.wait();
  server = Server.from(server.transfer());
  taken.rctx.reply('there');
  const unread = await server.wait();
  unread.rctx.reply('here');
  assert.deepEqual(await Promise.all(answers), ['there', 'here']);
}

const heap = async () => {
  let rounds = 0;
  await collectUntil(() => ++rounds === 10, 'ten rounds');
  return process.memoryUsage().heapUsed;
};

for (let n = 0; n < WARM_UP; n++) await move();
const before = await heap();
const ports = countPorts();
for (let n = 0; n < MOVES; n++) await move();
await collectUntil(() => ports() <= 4, `the homes left ports open: ${ports()}`);
const grown = (await heap()) - before;
assert.ok(grown < BOUND, `the heap has grown by ${grown} bytes`);
client.close();
