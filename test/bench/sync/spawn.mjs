import { Worker } from 'node:worker_threads';

/** @typedef {{ call: (value: unknown) => unknown }} BlockingCaller */

/** A worker that runs the `serve` of a contender. */
export function spawn(contender, given, transferList) {
  return new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: { contender, given },
    transferList,
  });
}
