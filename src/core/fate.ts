/** How far a client's line has come: not yet taken up, connected, or down for good. */
import type { UmpError } from './errors.js';
import type { Failure } from './failure.js';

export class Fate {
  greeted = false;
  /** The user has learnt that it is down, or will: a call failed, or `closed` was read. */
  told = false;
  /** `connected` was read. */
  awaited = false;
  /** Why no new call is possible; the first reason stays. */
  down: Failure | undefined = undefined;
  readonly #connected = new Deferred<void>();
  readonly #closed = new Deferred<UmpError>();
  readonly connected = this.#connected.promise;
  readonly closed = this.#closed.promise;

  constructor() {
    // Whoever does not look at it shall not be disturbed.
    this.connected.catch(() => undefined);
  }

  greet(): void {
    this.greeted = true;
    this.#connected.resolve();
  }

  /** Throws for `entry` where no call is possible any more. */
  mustBeUp(entry: unknown): void {
    if (this.down === undefined) return;
    this.told = true;
    throw this.down.toError(entry);
  }

  goDown(why: Failure): void {
    if (this.down !== undefined) return;
    this.down = why;
    this.told ||= this.awaited && !this.greeted;
    this.#connected.reject(why.toError());
    this.#closed.resolve(why.toError());
  }
}

class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (error: UmpError) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}
