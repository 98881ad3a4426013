// Answers slow questions in the coordinator's place. The answer goes straight to the client who asked.
// It ends when the coordinator, its only client, has gone and all that it was given is done.
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
