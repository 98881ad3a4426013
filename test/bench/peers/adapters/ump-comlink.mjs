import { Worker, isMainThread } from 'node:worker_threads';
import { expose, wrap } from 'ump-ng/comlink';
import { service } from '../service.mjs';

export const open = (file = import.meta.filename) => {
  const worker = new Worker(file);
  const remote = wrap(worker);
  return {
    call: (name, value, signal) => (signal ? remote.with({ signal }) : remote)[name](value),
    kill: () => worker.terminate(),
  };
};

if (!isMainThread) expose(service);
