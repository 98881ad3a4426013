import { onAbort, type Abortable, type AbortWatch } from '../support/abort-watch.js';
import type { ClientConnection } from './client-connection.js';
import { giveUpUnlessAnswered, type Expiring } from './expirations.js';
import { Failure } from '../support/failure.js';
import { globals, later, type WorkingSignal } from '../support/platform.js';
import type { HeldMessage } from './held-message.js';

/** What keeps the table of pending requests. */
export interface PendingOwner {
  settle(pending: PendingRequest, outcome: unknown): void;
  /** The caller wants no reply any more. */
  abandon(pending: PendingRequest, failure: Failure): void;
}

// A promise's resolve function, without a closure per promise.
let resolveLast: (outcome: unknown) => void;
const keepResolve = (resolve: (outcome: unknown) => void): void => {
  resolveLast = resolve;
};

/** One request that waits for its outcome. */
export class PendingRequest implements Abortable, Expiring {
  readonly id: number;
  /**
   * Resolves with the reply's value or a Failure. It rejects only if it was constructed with
   * `rejects`: then it is the promise that the caller gets.
   */
  readonly outcome: Promise<unknown>;
  /** Where the reply will come from; undefined while the request waits for credit. */
  connection: ClientConnection | undefined = undefined;
  /** The request's message, while it waits for credit. */
  held: HeldMessage | undefined = undefined;
  isSettled = false;
  /** The timeout has elapsed: a request that is not sent yet must not be sent any more. */
  isDue = false;
  /** The outcome, for code that cannot await it. */
  result: unknown = undefined;
  readonly #owner: PendingOwner;
  readonly #rejects: boolean;
  readonly #resolve: (outcome: unknown) => void;
  /** Usually undefined; each call of watch() may add one of either. */
  #timers: unknown[] | undefined = undefined;
  #watches: AbortWatch[] | undefined = undefined;

  constructor(id: number, owner: PendingOwner, rejects = false) {
    this.id = id;
    this.#rejects = rejects;
    this.#owner = owner;
    this.outcome = new Promise(keepResolve);
    this.#resolve = resolveLast;
  }

  /** Abandons the request when the signal aborts, or after `timeout` milliseconds. */
  watch(signal: WorkingSignal | undefined, timeout: number | undefined): void {
    if (this.isSettled) return;
    if (timeout !== undefined) {
      const timer = later(timeout, () => {
        this.isDue = true;
        giveUpUnlessAnswered(this);
      });
      (this.#timers ??= []).push(timer);
    }
    if (signal === undefined) return;
    if (signal.aborted) this.aborted(signal.reason);
    else (this.#watches ??= []).push(onAbort(signal, this));
  }

  /** Only expirations.ts calls this. */
  expire(): void {
    if (!this.isSettled) this.#owner.abandon(this, new Failure('Timeout'));
  }

  aborted(cause: unknown): void {
    this.#owner.abandon(this, new Failure('Aborted', undefined, { cause }));
  }

  fail(failure: Failure): void {
    this.#owner.settle(this, failure);
  }

  /** Only the owner calls this. */
  settle(outcome: unknown): void {
    this.isSettled = true;
    this.result = outcome;
    this.#timers?.forEach(globals.clearTimeout);
    if (this.#watches !== undefined) for (const watch of this.#watches) watch.stop();
    this.#resolve(this.#rejects && outcome instanceof Failure ? rejection(outcome) : outcome);
  }
}

/**
 * Rejects two microtasks later: by then V8 knows the awaiting function and can include it in the
 * async stack trace.
 */
async function rejection(failure: Failure): Promise<never> {
  await Promise.resolve();
  await Promise.resolve();
  throw failure.toError(rejection);
}
