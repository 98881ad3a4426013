/** The rigs that a page has. */
import type { Capability, Rig } from '../rig.js';
import { oneThreadRig } from './one-thread.js';
import { webWorkerRig } from './web-worker.js';

/** By name. `folder`: the address of the bundles; `able`: what this engine can do everywhere. */
export const webRigs = (
  folder: string,
  able: readonly Capability[] = [],
): ReadonlyMap<string, () => Rig> =>
  new Map([
    ['one thread', () => oneThreadRig(able)],
    [
      'dedicated workers',
      () =>
        webWorkerRig(
          new URL('contract-worker.js', folder).href,
          new URL('throws.js', folder).href,
          [...able, 'death', 'threads'],
        ),
    ],
  ]);
