// On a message it makes a blocking call to the next thread, before it serves; then it replies its
// name.
import { parentPort, workerData } from 'node:worker_threads';
import { Client, ReplyContext, Server } from 'ump-ng';
import { reqSync, waitSync } from 'ump-ng/sync';

const { name, serverPort, clientPort, how = {} } = workerData;
const server = Server.from(serverPort);
const client = Client.from(clientPort);
/** @type {ReplyContext[]} */
const held = [];

parentPort.on('message', async (told) => {
  if (told === 'ask') {
    parentPort.postMessage(ask());
    for (const rctx of held) rctx.reply(name);
    for await (const { rctx } of server) rctx?.reply(name);
  }
  // Keeps the request, or moves it.
  if (told === 'take') {
    const { rctx } = await server.wait();
    if (how.hands) {
      const port = rctx.transfer();
      parentPort.postMessage(port, [port]);
    } else {
      held.push(rctx);
      parentPort.postMessage('taken');
    }
  }
  if (told.context) {
    held.push(ReplyContext.from(told.context));
    parentPort.postMessage('taken up');
  }
  if (told === 'answer') for (const rctx of held) rctx.reply(name);
});
await client.connected;
parentPort.postMessage('ready');

function ask() {
  try {
    if (how.full) client.post('fills the mailbox');
    return how.deferred ? waitSync(client.reqDeferred(0), how) : reqSync(client, 0, how);
  } catch (error) {
    return error.code ?? String(error);
  }
}
