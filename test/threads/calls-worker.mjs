// Serves with blocking waits, and calls the next server: a request is the list of servers that it
// passes.
import { workerData } from 'node:worker_threads';
import { Client, Server } from 'ump-ng';
import { reqSync, waitSync } from 'ump-ng/sync';

const server = Server.from(workerData.server);
const clients = workerData.clients.map((port) => Client.from(port));
for (;;) {
  const { msg, rctx } = waitSync(server);
  try {
    rctx.reply(msg.length === 0 ? 'answered' : reqSync(clients[msg[0]], msg.slice(1)));
  } catch (error) {
    rctx.fail(error.appError ?? error.code);
  }
}
