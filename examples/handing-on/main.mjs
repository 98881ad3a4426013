// Clients travel: one is cloned, and the clone goes through a thread that never looks at it to a third
// one, which uses it as its own. Every thread writes to one log, by a client that can only post.
import { Worker } from 'node:worker_threads';
import { channel, connect } from 'ump-ng';

/** @type {{ server: import('ump-ng').Server<string>, client: import('ump-ng').Client<string> }} */
const { server: log, client: logger } = channel();

/** @param {string} name a thread, and the file it runs @returns {import('ump-ng').Client<any, string, number>} */
function start(name) {
  // It can write to the log. It can't ask anything of it: a PostClient has no req().
  const port = logger.postOnly().transfer();
  const options = { workerData: { log: port }, transferList: [port] };
  return connect(new Worker(new URL(`${name}.mjs`, import.meta.url), options));
}

/** @type {import('ump-ng').Client<never, string, number>} */
const tickets = start('tickets');
const visitor = start('visitor');
const courier = start('courier');

logger.post(`main     drew ticket ${await tickets.req('main')}`);

// A clone is a client in its own right: it stays when the original goes.
const clone = tickets.clone();
tickets.close();
logger.post(`main     drew ticket ${await clone.req('main, by its clone')}, by a clone`);

// What travels is a port. transfer() makes it, and the clone is spent with that.
const gift = clone.transfer();
const address = visitor.transfer();
courier.post({ address, parcel: { gift }, ports: [gift] }, { transfer: [address, gift] });
courier.close();

// Ends when the last thread that could write to the log has ended.
logger.close();
for await (const { msg } of log) console.log(msg);
