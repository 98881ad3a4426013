/** SharedWorkers: one for each name, which ends with the last document that holds it. */
import { Agent, running } from '../agent.js';
import { Emitter } from './emitter.js';
import { SimulatedPort } from './ports.js';

export class SharedScope extends Emitter {
  readonly agent: Agent;

  constructor(agent: Agent) {
    super();
    this.agent = agent;
  }
}

export type SharedScript = (scope: SharedScope) => void;

/** A running SharedWorker, whatever holds it. */
class Instance {
  readonly agent: Agent;
  readonly #scope: SharedScope;
  readonly #holders = new Set<Agent>();
  /** The ports of those that connect before the script has run. */
  #waiting: SimulatedPort[] | undefined = [];

  constructor(creator: Agent, name: string, script: SharedScript) {
    const { world, platform, origin } = creator;
    this.agent = new Agent(world, platform, 'shared', name, origin);
    this.#scope = new SharedScope(this.agent);
    this.agent.after(world.random.next() * platform.loadDelay, () => {
      script(this.#scope);
      this.agent.isReady = true;
      for (const port of this.#waiting ?? []) this.#connect(port);
      this.#waiting = undefined;
    });
  }

  connect(holder: Agent): SimulatedPort {
    const [outer, inner] = SimulatedPort.pair(holder, this.agent);
    outer.isImplicit = inner.isImplicit = true;
    if (this.#waiting === undefined) this.#connect(inner);
    else this.#waiting.push(inner);
    if (!this.#holders.has(holder)) {
      this.#holders.add(holder);
      holder.atDeath(() => {
        this.#holders.delete(holder);
        if (this.#holders.size > 0) return;
        const { world, platform } = this.agent;
        this.agent.after(world.random.next() * platform.loadDelay, () => {
          if (this.#holders.size === 0) this.agent.end();
        });
      });
    }
    return outer;
  }

  #connect(port: SimulatedPort): void {
    this.agent.after(0, () => {
      this.#scope.emit({ type: 'connect', ports: [port] });
    });
  }
}

export class SimulatedSharedWorker extends Emitter {
  readonly port: SimulatedPort;
  readonly agent: Agent;

  constructor(name: string, script: SharedScript) {
    super();
    const creator = running.agent!;
    const { sharedWorkers } = creator.world;
    const key = `${creator.origin} ${name}`;
    let instance = sharedWorkers.get(key) as Instance | undefined;
    if (instance?.agent.isAlive !== true) {
      instance = new Instance(creator, name, script);
      sharedWorkers.set(key, instance);
    }
    this.agent = instance.agent;
    this.port = instance.connect(creator);
  }
}
