/** The rigs of Node, and of the runtimes that take after it. */
import type { Capability, Rig } from '../rig.js';
import { nodeWorkerRig } from './node-worker.js';
import { oneThreadRig } from './one-thread.js';
import { dedicated } from './web-places.js';
import { webThreadsRig } from './web-threads.js';

type Lacks = readonly Capability[];

interface Runtime {
  readonly lacks: Lacks;
  /** Its Web Workers beside Node's, and what they lack on top of that. */
  readonly webWorkers?: Lacks;
  /** And what they have on top of that. */
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
  'unconnected deaths',
  'unreadable messages',
  'sparse arrays',
];

/** What a runtime lacks is explained to users in docs/runtimes.md. */
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

/** `folder`: that of the compiled rigs. */
export function nodeRigs(folder: URL): [name: string, makeRig: () => Rig][] {
  const { lacks, webWorkers, webWorkersMore = [] } = runtime();
  const script = (name: string): URL => new URL(name, folder);
  const but = (lacking: Lacks): Capability[] => ALL.filter((each) => !lacking.includes(each));
  const rigs: [string, () => Rig][] = [
    [
      'one thread',
      () =>
        oneThreadRig(
          but([...lacks, 'threads', 'workers', 'fatal errors', 'early exits', 'load failures']),
        ),
    ],
    ['worker threads', () => nodeWorkerRig(script('node-worker-entry.js'), but(lacks))],
  ];
  if (webWorkers !== undefined) {
    const able = [...but([...lacks, ...webWorkers]), ...webWorkersMore];
    const [entry, broken] = ['web-worker-entry.js', 'web-worker-broken.js'].map(
      (name) => script(name).href,
    );
    const place = dedicated(entry!, broken!, 'module');
    rigs.push(['dedicated workers', () => webThreadsRig('dedicated workers', place, able)]);
  }
  return rigs;
}
