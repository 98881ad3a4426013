import { Worker } from 'node:worker_threads';

/**
 * @typedef {{ call: (value: unknown) => unknown, close: () => unknown }} BlockingCaller `close` ends the worker
 */

/** A worker that runs the `serve` of a contender. */
export function spawn(contender, given, transferList) {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: { contender, given },
    transferList,
  });
  return { worker, close: () => worker.terminate() };
}
