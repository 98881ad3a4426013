// A synchronous function whose work an asynchronous one does, in a thread of its own.
import { Worker } from 'node:worker_threads';
import { connect, listen } from 'ump-ng';
import { reqSync } from 'ump-ng/sync';

/** In the thread that calls. `script` calls runAsWorker(). */
export function createSyncFn(script, options) {
  /** @type {import('ump-ng').Client<never, unknown[], any>} */
  const client = connect(new Worker(script));
  return (...args) => reqSync(client, args, options);
}

/** In the thread that works. What `work` throws is thrown by the synchronous function, as `appError`. */
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
