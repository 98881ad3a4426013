/** One build in Node, with its server in a worker thread. */
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { callWith } from '../call-with.mjs';

/**
 * @returns {Promise<{
 *   name: string,
 *   open: (mode: string) => Promise<import('../spawn.mjs').Caller>
 * }>}
 */
export async function inNode(folder, name) {
  const build = pathToFileURL(path.join(folder, name, 'dist', 'index.js')).href;
  const { connect } = await import(build);
  const open = async (mode) => {
    const worker = new Worker(new URL('node-worker.mjs', import.meta.url), {
      workerData: { build, mode },
    });
    await once(worker, 'online');
    const client = connect(worker);
    await client.connected;
    return {
      ...callWith(client),
      close: async () => {
        client.close();
        await worker.terminate();
      },
    };
  };
  return { name, open };
}
