// Functions of the scripts in this folder. Each runs in a process of its own, with --expose-gc.
import { createHook } from 'node:async_hooks';

export const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Collects garbage until the condition holds: finalizers run some turns after their object is gone.
 */
export async function collectUntil(isSo, what) {
  for (let n = 0; n < 500; n++) {
    globalThis.gc();
    await turn();
    if (isSo()) return;
  }
  throw new Error(`never came true: ${what}`);
}

/** Calls the function in a stack frame of its own, so that no local variable keeps its objects. */
export async function forget(make) {
  await turn();
  const kept = await make();
  await turn();
  return kept;
}

/** Counts the open MessagePorts that were made after its first call. */
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

/** Answers every request of the server with `answer(msg, rctx)`. */
export async function serve(server, answer = (msg, rctx) => rctx.reply(msg)) {
  for await (const message of server) {
    if (message.type === 'request') answer(message.msg, message.rctx);
  }
}
