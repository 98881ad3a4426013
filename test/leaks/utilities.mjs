// What the scripts beside this have in common. They run with --expose-gc, one process each.
import { createHook } from 'node:async_hooks';

export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Collects until it is so: finalizers run when they like, some turns after their object is gone. */
export async function collectUntil(isSo, what) {
  for (let n = 0; n < 500; n++) {
    globalThis.gc();
    await turn();
    if (isSo()) return;
  }
  throw new Error(`never came true: ${what}`);
}

/** Calls in a frame of its own, so that no local of the caller keeps what it made. */
export async function forget(make) {
  await turn();
  const kept = await make();
  await turn();
  return kept;
}

/** How many MessagePorts exist that have not been closed; counts from its first call on. */
export function countPorts() {
  const open = new Set();
  createHook({
    init(id, type) {
      if (type === 'MESSAGEPORT') open.add(id);
    },
    destroy(id) {
      open.delete(id);
    },
  }).enable();
  return () => open.size;
}

/** A server that answers every request with `answer(msg, rctx)`, or leaves it alone. */
export async function serve(server, answer = (msg, rctx) => rctx.reply(msg)) {
  for await (const message of server) {
    if (message.type === 'request') answer(message.msg, message.rctx);
  }
}
