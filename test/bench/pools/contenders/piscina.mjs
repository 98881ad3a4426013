import { Piscina } from 'piscina';
import { WORKERS } from '../tasks.mjs';

/** @returns {Promise<import('../scenarios.mjs').PoolCaller>} */
export async function open() {
  const filename = new URL('task-worker.mjs', import.meta.url).href;
  const workers = new Piscina({ filename, minThreads: WORKERS, maxThreads: WORKERS });
  return { call: (n) => workers.run(n) };
}
