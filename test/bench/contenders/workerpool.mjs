// workerpool with one worker thread. It hands a worker one task at a time, so what is in flight
// waits on this side; it knows no one-way message.
import workerpool from 'workerpool';

const worker = new URL('../workerpool-worker.mjs', import.meta.url);

/** @returns {Promise<import('../spawn.mjs').Caller>} */
export async function open(mode) {
  const pool = workerpool.pool(worker.pathname, {
    maxWorkers: 1,
    workerType: 'thread',
    workerThreadOpts: { workerData: { mode } },
  });
  return {
    call: (value, transfer) => pool.exec('request', [value], transfer && { transfer }),
    transfers: true,
    close: () => pool.terminate(true),
  };
}
