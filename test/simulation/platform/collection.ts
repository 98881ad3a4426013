/** Garbage collection, of those objects that the scenario gives up. */
import { running, type Agent } from '../agent.js';

interface Registration {
  readonly agent: Agent;
  readonly registry: Registry;
  readonly held: unknown;
}

const registrations = new WeakMap<object, Set<Registration>>();
const collected = new WeakSet();

/** In place of FinalizationRegistry. */
export class Registry {
  readonly #cleanUp: (held: unknown) => void;

  constructor(cleanUp: (held: unknown) => void) {
    this.#cleanUp = cleanUp;
  }

  register(object: object, held: unknown): void {
    const all = registrations.get(object) ?? new Set();
    registrations.set(object, all.add({ agent: running.agent!, registry: this, held }));
    // The library had kept it until now.
    if (collected.has(object)) collect(object);
  }

  unregister(object: object): void {
    registrations.delete(object);
  }

  finalize(held: unknown): void {
    this.#cleanUp(held);
  }
}

/** In place of WeakRef. */
export class Reference<T extends object> {
  readonly #object: T;

  constructor(object: T) {
    this.#object = object;
  }

  deref(): T | undefined {
    return collected.has(this.#object) ? undefined : this.#object;
  }
}

/** Nothing refers to the object any more, and its agent has noticed. */
export function collect(object: object): void {
  collected.add(object);
  for (const { agent, registry, held } of registrations.get(object) ?? []) {
    agent.after(0, () => {
      registry.finalize(held);
    });
  }
  registrations.delete(object);
}
