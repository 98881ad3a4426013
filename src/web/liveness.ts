/**
 * How browsers detect the death of an agent, though no port reports it: each agent holds one Web
 * Lock while it lives, and sends the name of the lock, its agent id, to its peers. A peer requests
 * the same lock and gets it when the agent is gone, whatever has ended it.
 */
import { perThread } from '../core/support/per-thread.js';
import type { Liveness, StandIn } from '../core/transport/driver.js';
import { onPageHide } from './page-hide.js';

/** crypto.randomUUID() does not exist in insecure contexts, where a polyfill may provide locks. */
const randomId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');

/**
 * An id that distinguishes this agent from others of the same origin. No lock reveals the agent's
 * death.
 */
const unobservableId = (): string | undefined =>
  typeof crypto === 'undefined' ? undefined : `? ${randomId()}`;

const isObservable = (agentId: string): boolean => !agentId.startsWith('?');

/** There are no locks in insecure contexts, nor where the origin is opaque. */
function createLiveness(): Liveness {
  const { locks } = (globalThis.navigator as Partial<Navigator> | undefined) ?? {};
  const { origin = 'null' } = globalThis as { origin?: string };
  const liveness = new WebLiveness(origin === 'null' ? undefined : locks);
  liveness.start();
  return liveness;
}

class WebLiveness implements Liveness {
  ready: Promise<void> = Promise.resolve();
  #agentId: string | undefined;
  /** Undefined where this agent can neither be watched nor watch others. */
  readonly #locks: LockManager | undefined;
  /** The callbacks that wait for the death of each agent. */
  readonly #watchers = new Map<string, Set<() => void>>();
  #release = (): void => undefined;

  constructor(locks: LockManager | undefined) {
    this.#locks = locks;
  }

  /** With locks: undefined until the lock is held. */
  get agentId(): string | undefined {
    if (this.#locks === undefined) this.#agentId ??= unobservableId();
    return this.#agentId;
  }

  start(): void {
    if (this.#locks === undefined) return;
    this.ready = this.#acquire(this.#locks);
    this.#surviveCache(this.#locks);
  }

  #acquire(locks: LockManager): Promise<void> {
    // Locks belong to an origin: to a peer of another origin, this agent's lock would look free.
    const agentId = `${origin} ump-ng ${randomId()}`;
    return new Promise((resolve) => {
      const hold = (): Promise<void> => {
        this.#agentId = agentId;
        resolve();
        return new Promise((release) => {
          this.#release = release;
        });
      };
      // Refused where the page may not store anything, as in Chromium's frames from other sites.
      locks.request(agentId, hold).catch(() => {
        this.#agentId = unobservableId();
        resolve();
      });
    });
  }

  /**
   * A page in the back/forward cache may have lost its lock and its requests for others (it does in
   * WebKit), and no event reports that. All its connections are closed by then, so a page that
   * comes back takes a new id.
   */
  #surviveCache(locks: LockManager): void {
    onPageHide(({ persisted }) => {
      if (!persisted) return;
      this.#watchers.clear();
      this.#agentId = undefined;
      this.ready = new Promise((back) => {
        globalThis.addEventListener('pageshow', back, { once: true });
      }).then(() => {
        // Not earlier: any activity of a page in the cache may make the browser discard it.
        this.#release();
        // Requests that were made meanwhile may have been lost as well.
        for (const each of this.#watchers.keys()) this.#requestLock(locks, each);
        return this.#acquire(locks);
      });
    });
  }

  watch(agentId: string, died: () => void): () => void {
    const isLocked = this.#locks !== undefined && agentId.startsWith(`${origin} `);
    const locks = isLocked ? this.#locks : undefined;
    const watchers = this.#watchers.get(agentId) ?? new Set();
    if (locks !== undefined && !this.#watchers.has(agentId)) this.#requestLock(locks, agentId);
    this.#watchers.set(agentId, watchers.add(died));
    return () => {
      watchers.delete(died);
      // Each lock is requested once, and stays requested until that agent dies.
      if (locks !== undefined || watchers.size > 0) return;
      if (this.#watchers.get(agentId) === watchers) this.#watchers.delete(agentId);
    };
  }

  standIn(): StandIn | undefined {
    const isRefused = this.#agentId !== undefined && !isObservable(this.#agentId);
    if (this.#locks === undefined || isRefused) return undefined;
    const agentId = `${origin} ump-ng ${randomId()}`;
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#locks.request(agentId, () => ended).catch(() => undefined);
    return { agentId, end };
  }

  /**
   * Getting the lock has no effect if that agent is no longer watched, or its death was reported
   * here.
   */
  #requestLock(locks: LockManager, agentId: string): void {
    const died = (): void => {
      this.reportDeath(agentId);
    };
    locks.request(agentId, { mode: 'shared' }, died).catch(() => undefined);
  }

  reportDeath(agentId: string): void {
    const watchers = this.#watchers.get(agentId) ?? [];
    this.#watchers.delete(agentId);
    for (const died of watchers) died();
  }
}

/** Must stand below the class, which it uses when this module is evaluated. */
export const webLiveness = perThread(createLiveness);

// Requests the lock on import. Others can watch this agent only once the lock is held, which takes
// some milliseconds: if that began with the first call, an agent that dies right after its first
// message would die undetected.
webLiveness();
