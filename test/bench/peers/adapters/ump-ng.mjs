import { Worker, isMainThread } from 'node:worker_threads';
import { connect, listen } from 'ump-ng';
import { service } from '../service.mjs';

export const open = (file = import.meta.filename) => {
  const worker = new Worker(file);
  const client = connect(worker);
  return {
    call: (name, value, signal) => client.req({ name, value }, { signal }),
    kill: () => worker.terminate(),
  };
};

async function answer({ msg: { name, value }, rctx }) {
  try {
    rctx.reply(await service[name](value));
  } catch (error) {
    rctx.fail(error);
  }
}

if (!isMainThread) {
  for await (const message of listen()) void answer(message);
}
