/** The threads of a scenario: their scripts, and what goes wrong when they start. */
import { running } from '../agent.js';
import { importLibrary } from '../library.js';
import { SimulatedWorker, type WorkerScope } from '../platform/workers.js';
import type { Random } from '../random.js';
import { Host, type StartFault } from './host.js';
import { Intended } from './ledger.js';
import { serveWorker } from './library.js';
import { methodsOf, pause } from './methods.js';
import type { Scene } from './scene.js';
import type { Target } from './target.js';

const FAULTS: Record<StartFault, number> = {
  none: 40,
  late: 4,
  missing: 2,
  throws: 2,
  'factory fails': 2,
  'init fails': 2,
  'dies early': 2,
};

const FAULTS_OF_LOADING: typeof FAULTS = {
  ...FAULTS,
  none: 0,
  late: 0,
  'dies early': 0,
};

const MAX_LATE_MS = 100;

/** Starts a thread of the target in the agent that runs. */
export function startThread(scene: Scene, target: Target): SimulatedWorker {
  const creator = running.agent!;
  const random = scene.randomOf(target.id, target.hosts.length);
  const faults = target.neverLoads ? FAULTS_OF_LOADING : FAULTS;
  const fault: StartFault = scene.isCalm ? 'none' : random.weighted(faults);
  const number = ++scene.lastHost;
  const name = `worker ${number}`;
  const worker: SimulatedWorker = new SimulatedWorker(
    name,
    fault === 'missing' ? undefined : (scope) => run(scope),
  );
  const host = new Host(number, target, worker.agent, creator, worker);
  target.hosts.push(host);
  const suffix = fault === 'none' ? '' : `: ${fault}`;
  scene.world.tell(`${creator.name} starts ${name} for ${target.kind} ${target.id}${suffix}`);
  if (fault === 'missing') host.broken();

  const run = (scope: WorkerScope): void => {
    importLibrary();
    if (fault === 'throws') throwAtLoad(scene, host);
    else if (fault === 'late')
      void pause(random.next() * MAX_LATE_MS).then(() => {
        serveHost(scene, host, scope, fault, random);
      });
    else serveHost(scene, host, scope, fault, random);
  };
  if (fault === 'dies early') {
    creator.after(random.next() * MAX_LATE_MS, () => {
      host.broken();
      worker.terminate();
    });
  }
  return worker;
}

/** The creator gets an `error` event; the thread goes on. */
function throwAtLoad(scene: Scene, host: Host): void {
  host.broken();
  const error = new Intended('the script throws');
  const { creator, worker } = host;
  creator.after(scene.world.random.next(), () => {
    worker?.emit({ type: 'error', message: error.message, error });
  });
}

function serveHost(
  scene: Scene,
  host: Host,
  endpoint: WorkerScope,
  fault: StartFault,
  random: Random,
): void {
  const { concurrency } = host.target;
  const delay = random.chance(0.3) ? random.next() * MAX_LATE_MS : 0;
  const factory = async (): Promise<unknown> => {
    if (delay > 0) await pause(delay);
    if (fault === 'factory fails' || fault === 'init fails') host.broken();
    if (fault === 'factory fails') throw new Intended('the factory fails');
    if (fault === 'init fails')
      return {
        init: () => {
          throw new Intended('init() fails');
        },
      };
    return methodsOf(host, scene);
  };
  void serveWorker(factory as never, { endpoint: endpoint as never, concurrency });
}
