import { Tinypool } from 'tinypool';
import { WORKERS } from '../tasks.mjs';

/** @returns {Promise<import('../scenarios.mjs').PoolCaller>} */
export async function open() {
  const filename = new URL('task-worker.mjs', import.meta.url).href;
  const workers = new Tinypool({ filename, minThreads: WORKERS, maxThreads: WORKERS });
  return { call: (n) => workers.run(n) };
}
