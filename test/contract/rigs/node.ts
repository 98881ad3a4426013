/** The rigs that Node has. */
import type { Rig } from '../rig.js';
import { nodeWorkerRig } from './node-worker.js';
import { oneThreadRig } from './one-thread.js';

/** `folder`: that of the compiled rigs. */
export function nodeRigs(folder: URL): [name: string, makeRig: () => Rig][] {
  const entry = new URL('node-worker-entry.js', folder);
  return [
    ['one thread', () => oneThreadRig(['death', 'port close', 'stacks', 'drain'])],
    ['worker threads', () => nodeWorkerRig(entry)],
  ];
}
