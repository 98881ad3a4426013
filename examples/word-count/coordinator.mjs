// The server that the clients know. It answers what is quick, and hands what is slow to the helpers,
// together with the right to answer it. When its last client has said goodbye it is done, whatever the
// helpers still have to do: their answers need this thread no more.
import { workerData } from 'node:worker_threads';
import { Client, listen } from 'ump-ng';
import { countLines } from './counting.mjs';

/** @type {string[]} */
const chunks = workerData.chunks;
/** @type {Client<import('./messages.d.ts').Job>[]} */
const helpers = workerData.helpers.map((port) => Client.from(port));
/** @type {import('ump-ng').Server<never, import('./messages.d.ts').Question, import('./messages.d.ts').Answer>} */
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
