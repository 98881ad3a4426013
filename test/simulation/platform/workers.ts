/** Dedicated workers, from both sides. */
import { Agent, running } from '../agent.js';
import { SimulatedPort } from './ports.js';
import { Emitter } from './emitter.js';

/** What a script does first, with its global scope. */
export type Script = (scope: WorkerScope) => void;

export class WorkerScope {
  readonly #port: SimulatedPort;
  readonly agent: Agent;
  postMessage: SimulatedPort['postMessage'];

  constructor(agent: Agent, port: SimulatedPort) {
    this.agent = agent;
    this.#port = port;
    this.postMessage = port.postMessage.bind(port);
  }

  addEventListener(...args: Parameters<Emitter['addEventListener']>): void {
    this.#port.addEventListener(...args);
  }

  removeEventListener(...args: Parameters<Emitter['removeEventListener']>): void {
    this.#port.removeEventListener(...args);
  }

  close(): void {
    this.agent.after(0, () => {
      this.agent.end();
    });
  }
}

/** The object by which an agent knows a worker that it has started. */
export class SimulatedWorker extends Emitter {
  readonly #port: SimulatedPort;
  readonly agent: Agent;
  postMessage: SimulatedPort['postMessage'];

  /** `script` is undefined if it cannot be loaded. */
  constructor(name: string, script: Script | undefined) {
    super();
    const creator = running.agent!;
    const { world, platform } = creator;
    this.agent = new Agent(world, platform, 'worker', name, creator.origin);
    const [outer, inner] = SimulatedPort.pair(creator, this.agent);
    outer.isImplicit = inner.isImplicit = true;
    this.#port = outer;
    this.postMessage = outer.postMessage.bind(outer);
    for (const type of ['message', 'messageerror']) {
      outer.addEventListener(type, ({ data, ports }) => {
        this.emit({ type, data, ports });
      });
    }
    outer.start();
    // A worker ends with its creator.
    creator.atDeath(() => {
      this.agent.end();
    });
    const scope = new WorkerScope(this.agent, inner);
    this.agent.after(world.random.next() * platform.loadDelay, () => {
      if (script === undefined) {
        creator.after(0, () => {
          this.emit({ type: 'error', message: 'the script cannot be loaded' });
        });
        this.agent.end();
        return;
      }
      script(scope);
      this.agent.isReady = true;
      // Messages wait until the script has run once.
      inner.start();
    });
  }

  terminate(): void {
    this.agent.end();
    this.#port.close();
  }
}
