import workerpool from 'workerpool';
import { WORKERS } from '../tasks.mjs';

/** @returns {Promise<import('../scenarios.mjs').PoolCaller>} */
export async function open() {
  const script = new URL('workerpool-worker.mjs', import.meta.url).pathname;
  const counts = { minWorkers: WORKERS, maxWorkers: WORKERS };
  const workers = workerpool.pool(script, { ...counts, workerType: 'thread' });
  return { call: (n) => workers.exec('task', [n]) };
}
