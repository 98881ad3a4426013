/** The process of a thread, and the modules of Node that it can ask for. */
import { EventEmitter } from 'node:events';
import { running, type Agent } from '../agent.js';
import { NodePort, receiveMessageOnPort } from './node-port.js';

function agent(): Agent {
  if (running.agent === undefined) throw new Error('no agent runs');
  return running.agent;
}

/** What Node's setTimeout() returns. It keeps its thread running, unless it is unref'd. */
export class NodeTimer {
  readonly #owner: NodeModules;
  readonly #stop: () => void;

  constructor(owner: NodeModules, stop: () => void) {
    this.#owner = owner;
    this.#stop = stop;
    this.ref();
  }

  ref(): this {
    this.#owner.timersWithRef.add(this);
    return this;
  }

  unref(): this {
    this.#owner.timersWithRef.delete(this);
    return this;
  }

  close(): void {
    this.unref();
    this.#stop();
  }
}

const timers = {
  setTimeout: (call: () => void, ms = 0): NodeTimer => {
    const owner = agent();
    const timer = new NodeTimer(owner.node!, () => {
      owner.stopTimer(id);
    });
    const id = owner.startTimer(() => {
      timer.unref();
      call();
    }, ms);
    return timer;
  },
  clearTimeout: (timer: NodeTimer | undefined): void => {
    timer?.close();
  },
  /** The package has only one, which never fires: it holds the event loop. */
  setInterval: (): NodeTimer => new NodeTimer(agent().node!, () => undefined),
  setImmediate: <T extends unknown[]>(call: (...args: T) => void, ...args: T): void => {
    agent().immediate(() => {
      call(...args);
    });
  },
};

export class NodeChannel {
  readonly port1: NodePort;
  readonly port2: NodePort;

  constructor() {
    [this.port1, this.port2] = NodePort.pair(agent());
  }
}

const COMMON: Readonly<Record<string, unknown>> = {
  'node:timers': timers,
  'node:perf_hooks': { performance: { now: () => running.agent?.world.now ?? 0 } },
  'node:process': {
    nextTick: (call: (...args: unknown[]) => void, ...args: unknown[]) => {
      queueMicrotask(() => {
        call(...args);
      });
    },
  },
};

/** What the modules export that are the same in each thread. */
export const commonModule = (id: string): unknown => COMMON[id];

/** The modules of one thread. */
export class NodeModules {
  readonly timers = timers;
  readonly timersWithRef = new Set<NodeTimer>();
  /** Called when nothing keeps the thread running any more, before it ends. */
  onLeave: () => void = () => undefined;
  readonly #owner: Agent;
  readonly #exit: (code: number) => void;
  readonly #isMain: boolean;
  readonly process: EventEmitter & Record<string, unknown>;

  /** @param exit Ends the thread. */
  constructor(
    owner: Agent,
    threadId: number,
    parentPort: NodePort | null,
    exit: (code: number) => void,
  ) {
    this.#owner = owner;
    this.#exit = exit;
    this.#isMain = parentPort === null;
    const threads = {
      MessageChannel: NodeChannel,
      MessagePort: NodePort,
      receiveMessageOnPort,
      parentPort,
      threadId,
      isMainThread: parentPort === null,
    };
    const events = new EventEmitter() as EventEmitter & Record<string, unknown>;
    this.process = Object.assign(events, {
      env: {},
      exitCode: undefined,
      getBuiltinModule: (id: string) => (id === 'node:worker_threads' ? threads : commonModule(id)),
      /** Nothing of the thread runs after it. */
      exit: (code = 0) => {
        events.emit('exit', code);
        owner.after(0, () => {
          exit(code);
        });
      },
    });
  }

  /** A task has run, and nothing else may come. */
  turned(): void {
    if (this.#isMain || !this.#isIdle()) return;
    this.process.emit('beforeExit', 0);
    if (!this.#isIdle()) return;
    this.onLeave();
    this.process.emit('exit', 0);
    this.#exit(0);
  }

  #isIdle(): boolean {
    const { ports, isReady, isAlive, hasImmediates } = this.#owner;
    if (!isReady || !isAlive || hasImmediates || this.timersWithRef.size > 0) return false;
    for (const port of ports) if (port instanceof NodePort && port.hasRef()) return false;
    return true;
  }
}
