/** The rigs of Node, and of runtimes with the same API. */
import type { Capability, Rig } from '../rig.js';
import { nodeWorkerRig } from './node-worker.js';
import { oneThreadRig } from './one-thread.js';
import { dedicated } from './web-places.js';
import { webThreadsRig } from './web-threads.js';

type Lacks = readonly Capability[];

interface Runtime {
  readonly lacks: Lacks;
  /** Set if it has Web Workers as well as Node's: the capabilities that only they lack. */
  readonly webWorkers?: Lacks;
  /** The capabilities that only its Web Workers have. */
  readonly webWorkersMore?: readonly Capability[];
}

const ALL: readonly Capability[] = [
  'death',
  'threads',
  'workers',
  'stuck threads',
  'port close',
  'unread ports',
  'ports to the dead',
  'fatal errors',
  'early exits',
  'load failures',
  'stacks',
  'drain',
  'blocking',
  'memory',
  'unconnected deaths',
  'unreadable messages',
  'sparse arrays',
];

/** docs/runtimes.md explains to users what a runtime lacks. */
function runtime(): Runtime {
  if ('Deno' in globalThis) {
    return {
      lacks: ['blocking', 'drain', 'unread ports'],
      webWorkers: ['early exits', 'stuck threads', 'unconnected deaths'],
      webWorkersMore: ['endless threads'],
    };
  }
  if ('Bun' in globalThis)
    return { lacks: ['blocking', 'stacks', 'sparse arrays'], webWorkers: ['ports to the dead'] };
  return { lacks: [] };
}

/** docs/lanes.md explains to users what lanes lack. */
const LACKED_BY_LANES: Lacks = [];

/** `folder`: the folder of the compiled rigs. */
export function nodeRigs(folder: URL): [name: string, makeRig: () => Rig][] {
  const { lacks, webWorkers, webWorkersMore = [] } = runtime();
  const script = (name: string): URL => new URL(name, folder);
  const but = (lacking: Lacks): Capability[] => ALL.filter((each) => !lacking.includes(each));
  const alone = but([
    ...lacks,
    'threads',
    'workers',
    'fatal errors',
    'early exits',
    'load failures',
  ]);
  const onLane = (able: readonly Capability[]): Capability[] =>
    able.filter((each) => !LACKED_BY_LANES.includes(each));
  const entry = script('node-worker-entry.js');
  const rigs: [string, () => Rig][] = [
    ['one thread', () => oneThreadRig(alone)],
    ['worker threads', () => nodeWorkerRig(entry, but(lacks))],
    ['one thread, packed', () => oneThreadRig(onLane(alone), 'packed')],
    ['worker threads, packed', () => nodeWorkerRig(entry, onLane(but(lacks)), 'packed')],
  ];
  if (webWorkers !== undefined) {
    const able = [...but([...lacks, ...webWorkers]), ...webWorkersMore];
    const [webEntry, broken] = ['web-worker-entry.js', 'web-worker-broken.js'].map(
      (name) => script(name).href,
    );
    const place = dedicated(webEntry!, broken!, 'module');
    rigs.push(['dedicated workers', () => webThreadsRig('dedicated workers', place, able)]);
  }
  return rigs;
}
