// Waits until its parent is blocked, answers all its requests in one turn, and throws.
import { workerData } from 'node:worker_threads';
import { listen } from 'ump-ng';

const { requests, probe, blocked } = workerData;
const server = listen();
const contexts = [];
while (contexts.length < requests) contexts.push((await server.wait()).rctx);
probe.postMessage('all there');
Atomics.wait(blocked, 0, 0);
contexts.forEach((rctx, at) => rctx.reply(at));
throw new Error('thrown after the answers');
