/** Web Locks: all agents of one origin ask one manager, and a lock is free when its holder ends. */
import { running, type Agent } from '../agent.js';

interface Request {
  readonly agent: Agent;
  readonly isShared: boolean;
  readonly granted: () => void;
  readonly stopWatching: () => void;
}

export class LockManager {
  readonly #requests = new Map<string, Request[]>();
  /** The requests that hold the lock of that name. */
  readonly #held = new Map<string, Set<Request>>();

  /** The agents that hold their own lock, the first that each has asked for. */
  readonly holders = new WeakSet<Agent>();
  /** Since when, in virtual milliseconds. */
  readonly #heldSince = new WeakMap<Agent, number>();
  readonly #ownLocks = new WeakMap<Agent, string>();
  /** The time before which the lock of that name counts as held, although its holder has ended. */
  readonly #heldUntil = new Map<string, number>();

  /** What `navigator.locks.request()` is in the agent that runs. */
  readonly request = (name: string, ...rest: unknown[]): Promise<unknown> => {
    const use = rest.pop() as (lock: { name: string }) => unknown;
    const { mode } = (rest[0] ?? {}) as { mode?: string };
    const agent = running.agent!;
    if (mode !== 'shared' && !this.#ownLocks.has(agent)) this.#ownLocks.set(agent, name);
    return new Promise((resolve, reject) => {
      const request: Request = {
        agent,
        isShared: mode === 'shared',
        granted: () => {
          if (this.#ownLocks.get(agent) === name) {
            this.holders.add(agent);
            this.#heldSince.set(agent, agent.world.now);
          }
          void Promise.resolve(use({ name }))
            .then(resolve, reject)
            .finally(() => {
              this.#drop(name, request);
            });
        },
        stopWatching: agent.atDeath(() => {
          const { world, platform, busyUntil } = agent;
          if (busyUntil > world.now && platform.computingLockMs > 0)
            this.#heldUntil.set(name, world.now + platform.computingLockMs);
          this.#drop(name, request);
        }),
      };
      const requests = this.#requests.get(name) ?? [];
      this.#requests.set(name, requests);
      requests.push(request);
      this.#grant(name);
    });
  };

  /** Whether the agent has held its own lock for so long that its peers have its name. */
  isKnown(agent: Agent): boolean {
    const { world, platform } = agent;
    return world.now - (this.#heldSince.get(agent) ?? Infinity) > platform.messageDelay;
  }

  /** How many locks the agent holds alone, or has been granted. */
  heldBy(agent: Agent): number {
    const all = [...this.#held.values()].flatMap((held) => [...held]);
    return all.filter((request) => request.agent === agent && !request.isShared).length;
  }

  /** The agent loses what it holds and has asked for, and does not learn it. */
  drop(agent: Agent): void {
    this.holders.delete(agent);
    this.#ownLocks.delete(agent);
    for (const [name, held] of [...this.#held])
      for (const request of [...held]) if (request.agent === agent) this.#drop(name, request);
    for (const [name, requests] of [...this.#requests])
      for (const request of [...requests]) if (request.agent === agent) this.#drop(name, request);
  }

  #grant(name: string): void {
    const requests = this.#requests.get(name) ?? [];
    const held = this.#held.get(name) ?? new Set();
    while (requests.length > 0) {
      const [next] = requests as [Request];
      const isFree = held.size === 0 || (next.isShared && [...held].every((each) => each.isShared));
      if (!isFree) break;
      requests.shift();
      this.#held.set(name, held.add(next));
      const { world, platform } = next.agent;
      const wait = Math.max(0, (this.#heldUntil.get(name) ?? 0) - world.now);
      next.agent.after(wait + world.random.next() * platform.lockDelay, next.granted);
    }
    if (requests.length === 0) this.#requests.delete(name);
  }

  #drop(name: string, request: Request): void {
    request.stopWatching();
    const requests = this.#requests.get(name) ?? [];
    const at = requests.indexOf(request);
    if (at >= 0) requests.splice(at, 1);
    const held = this.#held.get(name);
    held?.delete(request);
    if (held?.size === 0) this.#held.delete(name);
    this.#grant(name);
  }
}

/** Whether other agents learn that it ends although no other has ended it. */
export const isWatched = (agent: Agent): boolean =>
  !agent.platform.locks || agent.world.locksOf(agent.origin).isKnown(agent);

/** Whether other agents can learn that it ends: it holds its lock, or ports report it. */
export const canBeWatched = (agent: Agent): boolean =>
  !agent.platform.locks || agent.world.locksOf(agent.origin).holders.has(agent);
