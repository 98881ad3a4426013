/**
 * How browsers let a death be seen, though no port tells of it: each agent holds one Web Lock for
 * as long as it lives, and says its name to whoever talks to it. Who asks for that lock too gets it
 * when the agent is gone, whatever ended it.
 */
import type { Liveness } from '../core/transport/driver.js';

/** Locks are of an origin: to a peer from another one ours would look as if it were free. */
const agentIdFor = (origin: string): string => `${origin} ump-ng ${crypto.randomUUID()}`;
const originOf = (name: string): string => name.slice(0, name.indexOf(' '));

/** Not in insecure contexts, nor where the origin is opaque. */
export function webLiveness(): Liveness {
  const { locks } = (globalThis.navigator as Partial<Navigator> | undefined) ?? {};
  const { origin = 'null' } = globalThis as { origin?: string };
  return locks === undefined || origin === 'null'
    ? new UnobservableLiveness()
    : new LockLiveness(locks);
}

/**
 * A name all the same, to be told from another agent in the same place. No lock shows its death.
 */
function unobservableId(): string | undefined {
  const { crypto } = globalThis as { crypto?: Crypto };
  return crypto && `? ${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
}

/** Who waits here for the death of whom. */
class DeathWatchers {
  readonly #watchers = new Map<string, Set<() => void>>();

  get names(): string[] {
    return [...this.#watchers.keys()];
  }

  has(name: string): boolean {
    return this.#watchers.has(name);
  }

  /** Returns how to stop. `keeps`: the name stays when its last watcher has stopped. */
  add(name: string, died: () => void, keeps = false): () => void {
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers.add(died));
    return () => {
      watchers.delete(died);
      if (!keeps && watchers.size === 0) this.#forget(name, watchers);
    };
  }

  #forget(name: string, watchers: Set<() => void>): void {
    if (this.#watchers.get(name) === watchers) this.#watchers.delete(name);
  }

  reportDeath(name: string): void {
    const watchers = this.#watchers.get(name);
    this.#watchers.delete(name);
    for (const died of watchers ?? []) died();
  }

  clear(): void {
    this.#watchers.clear();
  }
}

class UnobservableLiveness implements Liveness {
  #name: string | undefined = undefined;
  readonly ready = Promise.resolve();
  readonly #watched = new DeathWatchers();

  /** Not before it is asked for: an import draws nothing. */
  get agentId(): string | undefined {
    return (this.#name ??= unobservableId());
  }

  watch(name: string, died: () => void): () => void {
    return this.#watched.add(name, died);
  }

  reportDeath(name: string): void {
    this.#watched.reportDeath(name);
  }
}

class LockLiveness implements Liveness {
  agentId: string | undefined = undefined;
  ready: Promise<void>;
  readonly #locks: LockManager;
  /** Who waits for the death of whom. An agent is waited for once, and until it dies. */
  readonly #watched = new DeathWatchers();
  #release = (): void => undefined;

  constructor(locks: LockManager) {
    this.#locks = locks;
    this.ready = this.#begin();
    if (typeof document !== 'undefined') this.#surviveCache();
  }

  #begin(): Promise<void> {
    const name = agentIdFor(origin);
    return new Promise((resolve) => {
      const hold = (): Promise<void> => {
        this.agentId = name;
        resolve();
        return new Promise((release) => {
          this.#release = release;
        });
      };
      // Refused where the page may not store anything, as in Chromium's frames from other sites.
      this.#locks.request(name, hold).catch(() => {
        this.agentId = unobservableId();
        resolve();
      });
    });
  }

  /**
   * A page in the back/forward cache may have lost its lock and what it waited for, as in WebKit,
   * without being told. All its lines are closed by then, so one that comes back begins another
   * life.
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
        // Not earlier: a page in the cache is best left alone, for it may be given up at any stir.
        this.#release();
        // What was asked for meanwhile may have been lost as well.
        for (const each of this.#watched.names) this.#requestLock(each);
        return this.#begin();
      });
    });
    globalThis.addEventListener('pageshow', () => {
      back();
    });
  }

  watch(name: string, died: () => void): () => void {
    const locked = originOf(name) === origin;
    if (locked && !this.#watched.has(name)) this.#requestLock(name);
    return this.#watched.add(name, died, locked);
  }

  /**
   * Does nothing for an agent that nobody watches any more, or whose death was told here already.
   */
  #requestLock(name: string): void {
    const died = (): void => {
      this.reportDeath(name);
    };
    this.#locks.request(name, { mode: 'shared' }, died).catch(() => undefined);
  }

  reportDeath(name: string): void {
    this.#watched.reportDeath(name);
  }
}
