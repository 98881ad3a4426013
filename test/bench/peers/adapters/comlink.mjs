import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { expose, wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { service } from '../service.mjs';

/** It takes no AbortSignal, and a call cannot be cancelled otherwise. */
export const cannotAbort = true;

export const open = (file = import.meta.filename) => {
  const worker = new Worker(file);
  // Otherwise a worker that throws takes this process down; comlink does not listen.
  worker.on('error', () => undefined);
  const remote = wrap(nodeEndpoint(worker));
  return { call: (name, value) => remote[name](value), kill: () => worker.terminate() };
};

if (!isMainThread) expose(service, nodeEndpoint(parentPort));
