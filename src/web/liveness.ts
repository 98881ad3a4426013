/**
 * How browsers detect the death of an agent, though no port reports it: each agent holds one Web
 * Lock while it lives, and sends the name of the lock, its agent id, to its peers. A peer requests
 * the same lock and gets it when the agent is gone, whatever has ended it.
 */
import { perThread } from '../core/support/per-thread.js';
import type { Liveness } from '../core/transport/driver.js';

/** Locks belong to an origin: to a peer of another origin, this agent's lock would look free. */
const agentIdFor = (origin: string): string => `${origin} ump-ng ${randomId()}`;

/** crypto.randomUUID() does not exist in insecure contexts, where a polyfill may provide locks. */
const randomId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');
const originOf = (agentId: string): string => agentId.slice(0, agentId.indexOf(' '));

/** There are no locks in insecure contexts, nor where the origin is opaque. */
function createLiveness(): Liveness {
  const { locks } = (globalThis.navigator as Partial<Navigator> | undefined) ?? {};
  const { origin = 'null' } = globalThis as { origin?: string };
  if (locks === undefined || origin === 'null') return new UnobservableLiveness();
  const liveness = new LockLiveness(locks);
  liveness.start();
  return liveness;
}

/**
 * An id that distinguishes this agent from others of the same origin. No lock reveals the agent's
 * death.
 */
function unobservableId(): string | undefined {
  const { crypto } = globalThis as { crypto?: Crypto };
  return crypto && `? ${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
}

/** The callbacks that wait for the deaths of other agents. */
class DeathWatchers {
  readonly #watchers = new Map<string, Set<() => void>>();

  get agentIds(): string[] {
    return [...this.#watchers.keys()];
  }

  has(agentId: string): boolean {
    return this.#watchers.has(agentId);
  }

  /** Returns a function that stops it. `keeps`: the id stays when its last watcher has stopped. */
  add(agentId: string, died: () => void, keeps = false): () => void {
    const watchers = this.#watchers.get(agentId) ?? new Set();
    this.#watchers.set(agentId, watchers.add(died));
    return () => {
      watchers.delete(died);
      if (!keeps && watchers.size === 0) this.#forget(agentId, watchers);
    };
  }

  #forget(agentId: string, watchers: Set<() => void>): void {
    if (this.#watchers.get(agentId) === watchers) this.#watchers.delete(agentId);
  }

  reportDeath(agentId: string): void {
    const watchers = this.#watchers.get(agentId);
    this.#watchers.delete(agentId);
    for (const died of watchers ?? []) died();
  }

  clear(): void {
    this.#watchers.clear();
  }
}

class UnobservableLiveness implements Liveness {
  #agentId: string | undefined = undefined;
  readonly ready = Promise.resolve();
  readonly #watched = new DeathWatchers();

  get agentId(): string | undefined {
    return (this.#agentId ??= unobservableId());
  }

  watch(agentId: string, died: () => void): () => void {
    return this.#watched.add(agentId, died);
  }

  reportDeath(agentId: string): void {
    this.#watched.reportDeath(agentId);
  }
}

class LockLiveness implements Liveness {
  agentId: string | undefined = undefined;
  ready: Promise<void> = Promise.resolve();
  readonly #locks: LockManager;
  /** Each agent's lock is requested once, and stays requested until that agent dies. */
  readonly #watched = new DeathWatchers();
  #release = (): void => undefined;

  constructor(locks: LockManager) {
    this.#locks = locks;
  }

  start(): void {
    this.ready = this.#acquire();
    if (typeof document !== 'undefined') this.#surviveCache();
  }

  #acquire(): Promise<void> {
    const agentId = agentIdFor(origin);
    return new Promise((resolve) => {
      const hold = (): Promise<void> => {
        this.agentId = agentId;
        resolve();
        return new Promise((release) => {
          this.#release = release;
        });
      };
      // Refused where the page may not store anything, as in Chromium's frames from other sites.
      this.#locks.request(agentId, hold).catch(() => {
        this.agentId = unobservableId();
        resolve();
      });
    });
  }

  /**
   * A page in the back/forward cache may have lost its lock and its requests for others (it does in
   * WebKit), and no event reports that. All its connections are closed by then, so a page that
   * comes back takes a new id.
   */
  #surviveCache(): void {
    let back = (): void => undefined;
    globalThis.addEventListener('pagehide', ({ persisted }) => {
      if (!persisted) return;
      this.#watched.clear();
      this.agentId = undefined;
      this.ready = new Promise<void>((resolve) => {
        back = resolve;
      }).then(() => {
        // Not earlier: any activity of a page in the cache may make the browser discard it.
        this.#release();
        // Requests that were made meanwhile may have been lost as well.
        for (const each of this.#watched.agentIds) this.#requestLock(each);
        return this.#acquire();
      });
    });
    globalThis.addEventListener('pageshow', () => {
      back();
    });
  }

  watch(agentId: string, died: () => void): () => void {
    const isLocked = originOf(agentId) === origin;
    if (isLocked && !this.#watched.has(agentId)) this.#requestLock(agentId);
    return this.#watched.add(agentId, died, isLocked);
  }

  /**
   * Getting the lock has no effect if that agent is no longer watched, or its death was reported
   * here.
   */
  #requestLock(agentId: string): void {
    const died = (): void => {
      this.reportDeath(agentId);
    };
    this.#locks.request(agentId, { mode: 'shared' }, died).catch(() => undefined);
  }

  reportDeath(agentId: string): void {
    this.#watched.reportDeath(agentId);
  }
}

/** Must stand below the classes, which it uses when this module is evaluated. */
export const webLiveness = perThread(createLiveness);

// Requests the lock on import. Others can watch this agent only once the lock is held, which takes
// some milliseconds: if that began with the first call, an agent that dies right after its first
// message would die undetected.
webLiveness();
