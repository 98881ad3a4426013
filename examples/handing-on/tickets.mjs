// Replies numbered tickets, as long as it has a client.
import { workerData } from 'node:worker_threads';
import { PostClient, listen } from 'ump-ng';

/** @type {PostClient<string>} */
const log = PostClient.from(workerData.log);
/** @type {import('ump-ng').Server<never, string, number>} */
const server = listen();

let last = 0;
for await (const message of server) {
  if (message.type !== 'request') continue;
  last += 1;
  log.post(`tickets  gave ticket ${last} to '${message.msg}'`);
  message.rctx.reply(last);
}
log.post('tickets  closed, no client is left');
