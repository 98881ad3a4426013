import { Worker, isMainThread } from 'node:worker_threads';
import { connect, listen } from 'ump-ng';
import { actor, remote, serve } from 'ump-ng/actors';
import { service } from '../service.mjs';

export const open = (file = import.meta.filename) => {
  const worker = new Worker(file);
  const there = remote(connect(worker));
  return {
    call: (name, value, signal) => (signal ? there.with({ signal }) : there).req[name](value),
    kill: () => worker.terminate(),
  };
};

// As many calls at a time as come, as with the other libraries.
if (!isMainThread) serve(listen(), actor({ req: service }), { concurrency: Infinity });
