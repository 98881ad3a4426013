// Answers slow requests in place of the coordinator. The reply goes directly to the client.
// It ends when the coordinator, its only client, has closed and all requests are answered.
import { workerData } from 'node:worker_threads';
import { ReplyContext, listen } from 'ump-ng';
import { countWords } from './counting.mjs';

/** @type {import('ump-ng').Server<import('./messages.d.ts').Job>} */
const server = listen();

for await (const { msg } of server) {
  /** @type {ReplyContext<import('./messages.d.ts').Answer>} */
  const rctx = ReplyContext.from(msg.context);
  rctx.reply({ by: workerData.name, ask: 'words', words: countWords(msg.text) });
}
