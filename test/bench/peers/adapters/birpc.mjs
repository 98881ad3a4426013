import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { service } from '../service.mjs';

const over = (port) => ({
  post: (data) => port.postMessage(data),
  on: (receive) => port.on('message', receive),
});

/** It takes no AbortSignal, and a call cannot be cancelled otherwise. */
export const cannotAbort = true;

export const open = (file = import.meta.filename) => {
  const worker = new Worker(file);
  // Otherwise a worker that throws takes this process down; birpc does not listen.
  worker.on('error', () => undefined);
  const remote = createBirpc({}, over(worker));
  return { call: (name, value) => remote[name](value), kill: () => worker.terminate() };
};

if (!isMainThread) createBirpc(service, over(parentPort));
