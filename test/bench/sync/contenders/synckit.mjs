// synckit as its users have it: a synchronous function of an asynchronous one. Its worker ends with
// the process.
import { createSyncFn } from 'synckit';

const worker = new URL('synckit-worker.mjs', import.meta.url);

/** @returns {import('../spawn.mjs').BlockingCaller} */
export function open() {
  return { call: createSyncFn(worker.pathname) };
}
