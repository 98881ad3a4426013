// A client whose server has migrated a thousand times keeps nothing of its former hosts.
import assert from 'node:assert/strict';
import { Server, channel } from 'ump-ng';
import { collectUntil, countPorts } from './utilities.mjs';

const WARM_UP = 200;
const MOVES = 1000;
/** A host that is kept would take more than twice as much. */
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
await collectUntil(() => ports() <= 4, `former hosts left ports open: ${ports()}`);
const grown = (await heap()) - before;
assert.ok(grown < BOUND, `the heap has grown by ${grown} bytes`);
client.close();
