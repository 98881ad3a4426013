/** How far a client's line has come: not yet taken up, connected, or down for good. */
import type { UmpError } from '../errors.js';
import type { Failure } from '../support/failure.js';

export class SessionState {
  isConnected = false;
  /** The user has learnt that it is down, or will: a call failed, or `closed` was read. */
  isReported = false;
  /** `connected` was read. */
  isAwaited = false;
  /** Why no new call is possible; the first reason stays. */
  closeReason: Failure | undefined = undefined;
  readonly #connected = new Deferred<void>();
  readonly #closed = new Deferred<UmpError>();
  readonly connected = this.#connected.promise;
  readonly closed = this.#closed.promise;

  constructor() {
    // Whoever does not look at it shall not be disturbed.
    this.connected.catch(() => undefined);
  }

  connect(): void {
    this.isConnected = true;
    this.#connected.resolve();
  }

  /** Throws for `entry` where no call is possible any more. */
  throwIfClosed(stackStartFn: unknown): void {
    if (this.closeReason === undefined) return;
    this.isReported = true;
    throw this.closeReason.toError(stackStartFn);
  }

  close(why: Failure): void {
    if (this.closeReason !== undefined) return;
    this.closeReason = why;
    this.isReported ||= this.isAwaited && !this.isConnected;
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
