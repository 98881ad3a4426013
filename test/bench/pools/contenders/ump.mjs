import { pool, spawnWorker } from 'ump-ng/actors';
import { WORKERS } from '../tasks.mjs';

const script = new URL('ump-worker.mjs', import.meta.url);

/** @returns {Promise<import('../scenarios.mjs').PoolCaller>} */
export async function open() {
  const workers = pool(() => spawnWorker(script), { size: WORKERS });
  await workers.reqAll();
  return { call: (n) => workers.req(n) };
}
