/** Workers of node:worker_threads, as the thread knows them that has started them. */
import { EventEmitter } from 'node:events';
import { Agent, running } from '../agent.js';
import { NodeModules } from './node-modules.js';
import { NodePort } from './node-port.js';
import type { SimulatedPort } from './ports.js';

/** What the script of a thread does first. */
export type ThreadScript = (parentPort: NodePort, agent: Agent) => void;

export class NodeWorker extends EventEmitter {
  readonly agent: Agent;
  threadId: number;
  readonly #port: NodePort;
  #hasLoaded = false;
  #exitCode: number | undefined;
  readonly #waitsForExit: ((code: number) => void)[] = [];

  /** `script` is undefined if it cannot be loaded. */
  constructor(name: string, script: ThreadScript | undefined) {
    super();
    const creator = running.agent!;
    const { world, platform, origin } = creator;
    this.agent = new Agent(world, platform, 'thread', name, origin, false);
    // The main thread is 0, as in Node.
    this.threadId = world.agents.indexOf(this.agent);
    const [outer, inner] = NodePort.pair(creator, this.agent);
    outer.isImplicit = inner.isImplicit = true;
    this.#port = outer;
    this.agent.node = new NodeModules(this.agent, this.threadId, inner, (code) => {
      this.#end(code);
    });
    for (const type of ['message', 'messageerror'])
      outer.on(type, (data) => {
        this.emit(type, data);
      });
    creator.atDeath(() => {
      this.agent.end();
    });
    this.agent.atDeath(() => {
      creator.after(world.random.next() * platform.messageDelay, () => {
        this.#exited();
      });
    });
    this.agent.after(world.random.next() * platform.loadDelay, () => {
      if (script === undefined) {
        creator.after(0, () => {
          this.emit('error', new Error('Cannot find module'));
        });
        this.#end(1);
        return;
      }
      this.#hasLoaded = true;
      this.agent.isReady = true;
      script(inner, this.agent);
    });
  }

  postMessage(...args: Parameters<SimulatedPort['postMessage']>): void {
    this.#port.postMessage(...args);
  }

  ref(): void {
    this.#port.ref();
  }

  unref(): void {
    this.#port.unref();
  }

  terminate(): Promise<number> {
    if (this.#exitCode === undefined) this.#end(this.#hasLoaded ? 1 : 0);
    return new Promise((resolve) => this.#waitsForExit.push(resolve));
  }

  #end(code: number): void {
    this.#exitCode = code;
    this.agent.end();
  }

  /** What the thread has posted arrives before its end is reported. */
  #exited(): void {
    for (let next = this.#port.receiveNow(); next !== undefined; next = this.#port.receiveNow())
      this.emit('message', next.message);
    this.#port.close();
    this.threadId = -1;
    // A thread ends with code 1 if it throws.
    const code = this.#exitCode ?? 1;
    this.emit('exit', code);
    for (const resolve of this.#waitsForExit.splice(0)) resolve(code);
  }
}
