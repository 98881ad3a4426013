// A client is cloned, and the clone passes through a thread that never uses it to a third
// one, which does. Every thread writes to one log, by a post-only client.
import { Worker } from 'node:worker_threads';
import { channel, connect } from 'ump-ng';

/** @type {{ server: import('ump-ng').Server<string>, client: import('ump-ng').Client<string> }} */
const { server: log, client: logger } = channel();

/**
 * @param {string} name a thread, and the file it runs
 * @returns {import('ump-ng').Client<any, string, number>}
 */
function start(name) {
  // A PostClient can post to the log, but has no req().
  const port = logger.postOnly().transfer();
  const options = { workerData: { log: port }, transferList: [port] };
  return connect(new Worker(new URL(`${name}.mjs`, import.meta.url), options));
}

/** @type {import('ump-ng').Client<never, string, number>} */
const tickets = start('tickets');
const visitor = start('visitor');
const courier = start('courier');

logger.post(`main     drew ticket ${await tickets.req('main')}`);

// A clone is an independent client: it stays open when the original closes.
const clone = tickets.clone();
tickets.close();
logger.post(`main     drew ticket ${await clone.req('main, by its clone')}, by a clone`);

// transfer() returns a port to be sent, and closes the clone.
const gift = clone.transfer();
const address = visitor.transfer();
courier.post({ address, parcel: { gift }, ports: [gift] }, { transfer: [address, gift] });
courier.close();

// Ends when the last thread that could write to the log has ended.
logger.close();
for await (const { msg } of log) console.log(msg);
