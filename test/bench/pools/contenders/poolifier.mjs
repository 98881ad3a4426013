import { FixedThreadPool } from 'poolifier';
import { WORKERS } from '../tasks.mjs';

/** @returns {Promise<import('../scenarios.mjs').PoolCaller>} */
export async function open() {
  const script = new URL('poolifier-worker.mjs', import.meta.url).pathname;
  const workers = new FixedThreadPool(WORKERS, script);
  return {
    call: async (n) => (await workers.execute({ n })).reply,
  };
}
