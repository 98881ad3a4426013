import { onAbort, type Abortable, type AbortWatch } from '../support/abort-watch.js';
import type { ClientConnection } from './client-connection.js';
import { giveUpUnlessAnswered, type Expiring } from './expirations.js';
import { Failure } from '../support/failure.js';
import { globals, later, type WorkingSignal } from '../support/platform.js';
import type { HeldMessage } from './held-message.js';

/** Who keeps the table that an entry stands in. */
export interface PendingOwner {
  settle(entry: PendingRequest, outcome: unknown): void;
  /** The caller wants no answer any more. */
  abandon(entry: PendingRequest, failure: Failure): void;
}

// A promise's resolve function, without a closure per promise.
let resolveLast: (outcome: unknown) => void;
const keepResolve = (resolve: (outcome: unknown) => void): void => {
  resolveLast = resolve;
};

/** One request that waits for its outcome. */
export class PendingRequest implements Abortable, Expiring {
  readonly id: number;
  /** The reply's value, or a Failure; it never rejects, unless it is for the caller itself. */
  readonly outcome: Promise<unknown>;
  /** Where the answer will come from; undefined while the request waits for room. */
  connection: ClientConnection | undefined = undefined;
  /** Its message, while that waits for room. */
  held: HeldMessage | undefined = undefined;
  isSettled = false;
  /** Its time is up: it is not to be sent any more. */
  isDue = false;
  /** The outcome, for whatever cannot await it. */
  result: unknown = undefined;
  readonly #owner: PendingOwner;
  readonly #rejects: boolean;
  readonly #resolve: (outcome: unknown) => void;
  /** Usually none: a request may be watched when it is made, and again when it is waited for. */
  #timers: unknown[] | undefined = undefined;
  #watches: AbortWatch[] | undefined = undefined;

  /** `rejects`: the outcome goes to the caller as it is, with no async function between them. */
  constructor(id: number, owner: PendingOwner, rejects = false) {
    this.id = id;
    this.#rejects = rejects;
    this.#owner = owner;
    this.outcome = new Promise(keepResolve);
    this.#resolve = resolveLast;
  }

  /** From now on the signal, or so many milliseconds, may end it too. */
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

  /** Only its owner calls this. */
  settle(outcome: unknown): void {
    this.isSettled = true;
    this.result = outcome;
    this.#timers?.forEach(globals.clearTimeout);
    if (this.#watches !== undefined) for (const watch of this.#watches) watch.stop();
    this.#resolve(this.#rejects && outcome instanceof Failure ? rejection(outcome) : outcome);
  }
}

/** After two turns the engine knows who awaits it, and can name the caller's line in the stack. */
async function rejection(failure: Failure): Promise<never> {
  await Promise.resolve();
  await Promise.resolve();
  throw failure.toError(rejection);
}
