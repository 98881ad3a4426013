import { onAbort, type Abortable } from '../support/abort-watch.js';
import type { ClientConnection } from './client-connection.js';
import { giveUpUnlessAnswered, type Expiring } from './expirations.js';
import { abortedFailure, Failure, timeoutFailure } from '../support/failure.js';
import { applicationTimer } from '../support/natives.js';
import type { WorkingSignal } from '../support/platform.js';
import type { Finalizable } from '../support/finalization.js';
import type { HeldMessage } from './held-message.js';

/** What settles a pending request. */
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

/** A message that a closed server has returned, and the objects in it that move. */
export interface ReturnedMessage {
  readonly msg: unknown;
  readonly transfer: readonly object[];
}

/** One request that waits for its outcome. */
export class PendingRequest implements Abortable, Expiring, Finalizable {
  /** Changes only until the request is sent. */
  id: number;
  /**
   * Resolves with the reply's value or a Failure. It rejects only if it was constructed with
   * `rejects`: then it is the promise that the caller gets.
   */
  readonly outcome: Promise<unknown>;
  /** Where the reply will come from; undefined while the request waits for credit. */
  connection: ClientConnection | undefined;
  /** The request's message, while it waits for credit. */
  held: HeldMessage | undefined;
  isSettled = false;
  /**
   * The timeout that has elapsed, in milliseconds: a request that is not sent yet must not be sent
   * any more. It is absent from most requests: each field of its own makes a request slower.
   */
  declare elapsedTimeout?: number;
  /** The outcome, for code that cannot await it. */
  result: unknown;
  /** Another owner may take over a request whose server returned it unread. */
  owner: PendingOwner;
  /**
   * Called instead of a failure when the server has closed and returns the message unread: the
   * request stays pending, and its new owner settles it. Absent from most requests.
   */
  declare onReturned?: (message: ReturnedMessage) => void;
  readonly #rejects: boolean;
  readonly #resolve: (outcome: unknown) => void;
  /** Usually undefined; each call of watch() may add a timer and a signal. */
  #stopWatching: (() => void)[] | undefined;

  constructor(id: number, owner: PendingOwner, rejects = false) {
    this.id = id;
    this.#rejects = rejects;
    this.owner = owner;
    this.outcome = new Promise(keepResolve);
    this.#resolve = resolveLast;
  }

  /** Abandons the request when the signal aborts, or after `timeout` milliseconds. */
  watch(signal: WorkingSignal | undefined, timeout: number | undefined): void {
    if (this.isSettled) return;
    if (timeout !== undefined) {
      const stop = applicationTimer(timeout, () => {
        this.elapsedTimeout = timeout;
        giveUpUnlessAnswered(this);
      });
      (this.#stopWatching ??= []).push(stop);
    }
    if (signal === undefined) return;
    if (signal.aborted) this.aborted(signal.reason);
    else (this.#stopWatching ??= []).push(onAbort(signal, this));
  }

  /** Only expirations.ts calls this. */
  expire(): void {
    if (!this.isSettled) this.owner.abandon(this, timeoutFailure(this.elapsedTimeout ?? 0));
  }

  aborted(cause: unknown): void {
    this.owner.abandon(this, abortedFailure(cause));
  }

  /** Its WaitReply was disposed, or collected before wait() was called. */
  finalize(): void {
    this.owner.abandon(this, new Failure('Aborted', 'the request was abandoned'));
  }

  fail(failure: Failure): void {
    this.owner.settle(this, failure);
  }

  /** Only the owner calls this. */
  settle(outcome: unknown): void {
    this.isSettled = true;
    this.result = outcome;
    this.#stopWatching?.forEach((stop) => {
      stop();
    });
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
