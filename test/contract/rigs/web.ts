/** The rigs that a page has. */
import type { Capability, Rig } from '../rig.js';
import { oneThreadRig } from './one-thread.js';
import { dedicated, framed, shared, type Place } from './web-places.js';
import { webThreadsRig } from './web-threads.js';

/** By name. `site`: the address of the bundles; `can`: capabilities of this engine in every rig. */
export function webRigs(
  site: string,
  can: readonly Capability[] = [],
): ReadonlyMap<string, () => Rig> {
  const able: readonly Capability[] = [...can, 'drain'];
  const at = (name: string): string => new URL(name, site).href;
  const elsewhere = new URL('contract-frame.html', site);
  elsewhere.hostname = 'localhost';
  const worker = at('contract-worker.js');
  const broken = at('throws.js');

  const seen: readonly Capability[] = ['death', 'threads', 'unconnected deaths'];
  const loaded: readonly Capability[] = [...seen, 'load failures'];
  const workers: readonly Capability[] = [...loaded, 'workers', 'endless threads', 'stuck threads'];
  const places: Record<string, [place: () => Place, able: readonly Capability[]]> = {
    'dedicated workers': [() => dedicated(worker, broken, 'module'), workers],
    'classic workers': [() => dedicated(worker, broken, 'classic'), workers],
    'shared workers': [() => shared(at('contract-shared.js'), broken), loaded],
    'same-origin frames': [() => framed(at('contract-frame.html')), seen],
    'cross-origin frames': [() => framed(elsewhere.href), able.includes('goodbyes') ? seen : []],
  };
  const packed = dedicated(`${worker}?packed`, broken, 'module');
  const rigs = new Map<string, () => Rig>([
    ['one thread', () => oneThreadRig(able)],
    ['one thread, packed', () => oneThreadRig(able, 'packed')],
    [
      'dedicated workers, packed',
      () => webThreadsRig('dedicated workers, packed', packed, [...able, ...workers], 'packed'),
    ],
  ]);
  for (const [name, [place, more]] of Object.entries(places)) {
    rigs.set(name, () => webThreadsRig(name, place(), [...able, ...more]));
  }
  return rigs;
}
