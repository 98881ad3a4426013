// The client: posts a message, then requests a reply, to and from a server in another thread.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { connect } from 'ump-ng';

const worker = new Worker(new URL('server.mjs', import.meta.url));
/** @type {import('ump-ng').Client<string, string, string>} */
const client = connect(worker);

// One-way: nothing comes back.
client.post('Client');

// There and back.
const reply = await client.req('Client');
console.log(`Client received the reply '${reply}'`);

// What the server prints comes through this thread, which must not end before it.
worker.ref();
if (worker.threadId > 0) await once(worker, 'exit');
