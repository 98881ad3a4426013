// The client: posts a message, then requests a reply, to and from a server in another thread.
import { Worker } from 'node:worker_threads';
import { connect } from 'ump-ng';

/** @type {import('ump-ng').Client<string, string, string>} */
const client = connect(new Worker(new URL('server.mjs', import.meta.url)));

// One-way: nothing comes back.
client.post('Client');

// There and back.
const reply = await client.req('Client');
console.log(`Client received the reply '${reply}'`);
