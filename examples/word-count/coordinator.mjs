// The server of the clients. It answers quick requests, and moves slow ones to the helpers,
// together with the right to answer. It ends with its last client, even if the
// helpers are still busy: their replies do not need this thread.
import { workerData } from 'node:worker_threads';
import { Client, listen } from 'ump-ng';
import { countLines } from './counting.mjs';

/** @type {string[]} */
const chunks = workerData.chunks;
/** @type {Client<import('./messages.d.ts').Job>[]} */
const helpers = workerData.helpers.map((port) => Client.from(port));
/**
 * @type {import('ump-ng').Server<
 *   never, import('./messages.d.ts').Question, import('./messages.d.ts').Answer
 * >}
 */
const server = listen();

let turn = 0;
for await (const message of server) {
  if (message.type !== 'request') continue;
  const { msg, rctx } = message;
  const text = chunks[msg.chunk];
  if (msg.ask === 'lines') {
    rctx.reply({ by: 'coordinator', ask: 'lines', lines: countLines(text) });
  } else {
    const context = rctx.transfer();
    helpers[turn++ % helpers.length].post({ text, context }, { transfer: [context] });
  }
}
