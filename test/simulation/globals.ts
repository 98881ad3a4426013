/**
 * The globals that the library reads, replaced by those of the running agent. This module comes
 * before the library, which keeps some of them when it is loaded. They stay for the whole process.
 */
import { running, type Agent } from './agent.js';
import { cloneMessage } from './platform/clone.js';
import { Registry, Reference } from './platform/collection.js';
import { commonModule, NodeChannel, NodeTimer } from './platform/node-modules.js';
import { SimulatedPort } from './platform/ports.js';
import { SharedScope, SimulatedSharedWorker } from './platform/shared-workers.js';
import { WorkerScope } from './platform/workers.js';

function agent(): Agent {
  if (running.agent === undefined) throw new Error('no agent runs');
  return running.agent;
}

class Channel {
  readonly port1: SimulatedPort;
  readonly port2: SimulatedPort;

  constructor() {
    [this.port1, this.port2] = SimulatedPort.pair(agent());
  }
}

const values: Record<string, unknown> = {
  DedicatedWorkerGlobalScope: WorkerScope,
  SharedWorkerGlobalScope: SharedScope,
  SharedWorker: SimulatedSharedWorker,
  FinalizationRegistry: Registry,
  WeakRef: Reference,
  setTimeout: (call: () => void, ms = 0) =>
    agent().node?.timers.setTimeout(call, ms) ?? agent().startTimer(call, ms),
  clearTimeout: (timer: number | NodeTimer | undefined) => {
    if (timer instanceof NodeTimer) timer.close();
    else if (timer !== undefined) agent().stopTimer(timer);
  },
  performance: { now: () => running.agent?.world.now ?? 0 },
  structuredClone: (value: unknown, options: { transfer?: readonly object[] } = {}) =>
    cloneMessage(value, options.transfer ?? [], (port) => {
      const next = port.detach(undefined);
      next.own(agent());
      return next;
    }).data,
  crypto: {
    getRandomValues: (array: Uint32Array) => {
      const { random } = agent().world;
      for (const at of array.keys()) array[at] = random.below(2 ** 32);
      return array;
    },
  },
  reportError: (error: unknown) => {
    agent().uncaught(error);
  },
  addEventListener: (...args: Parameters<Agent['scope']['addEventListener']>) => {
    running.agent?.scope.addEventListener(...args);
  },
  removeEventListener: (...args: Parameters<Agent['scope']['removeEventListener']>) => {
    running.agent?.scope.removeEventListener(...args);
  },
};

const perAgent: Record<string, (agent: Agent | undefined) => unknown> = {
  process: (each) => (each === undefined ? realProcess : each.node?.process),
  // What an agent prints belongs to the story, and not to the output of the simulator.
  console: (each) => (each === undefined ? realConsole : consoleOf(each)),
  MessageChannel: (each) => (each?.node === undefined ? Channel : NodeChannel),
  origin: (each) => each?.origin,
  document: (each) => (each?.kind === 'page' ? {} : undefined),
  window: (each) => (each?.kind === 'page' ? globalThis : undefined),
  parent: (each) => each?.window?.parent ?? globalThis,
  navigator: (each) => ({
    hardwareConcurrency: 4,
    locks: each?.platform.locks === true ? each.world.locksOf(each.origin) : undefined,
  }),
};

const realProcess = process;
const realConsole = console;

const consoleOf = ({ name, world }: Agent): Pick<Console, 'error'> => ({
  error: (error: unknown) => {
    world.tell(`${name} prints ${String(error)}`);
  },
});

// The package asks for these modules while it is loaded.
realProcess.getBuiltinModule = commonModule as typeof realProcess.getBuiltinModule;

for (const [name, value] of Object.entries(values)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
for (const [name, get] of Object.entries(perAgent)) {
  Object.defineProperty(globalThis, name, { get: () => get(running.agent), configurable: true });
}

realProcess.on('unhandledRejection', (error) => {
  if (running.agent === undefined) throw error;
  running.agent.uncaught(error);
});
