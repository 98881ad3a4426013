// Makes a synchronous function of an asynchronous one, which runs in a thread of its own.
import { Worker } from 'node:worker_threads';
import { connect, listen } from 'ump-ng';
import { reqSync } from 'ump-ng/sync';

/** For the calling thread. `script` must call runAsWorker(). */
export function createSyncFn(script, options) {
  /** @type {import('ump-ng').Client<never, unknown[], any>} */
  const client = connect(new Worker(script));
  return (...args) => reqSync(client, args, options);
}

/** For the worker. A rejection of `work` is the `appError` of the thrown error. */
export async function runAsWorker(work) {
  /** @type {import('ump-ng').Server<never, unknown[], any, unknown>} */
  const server = listen();
  for await (const message of server) {
    if (message.type !== 'request') continue;
    const { msg, rctx } = message;
    work(...msg).then(
      (value) => rctx.reply(value),
      (error) => rctx.fail(error),
    );
  }
}
