import {
  type AbortSignal,
  type Failure,
  globals,
  type PendingOwner,
  PendingRequest,
} from '../../core/internal.js';

/**
 * A pending call that this thread settles itself: it is not a request on one session, but is made
 * of other calls.
 */
export class LocalCall implements PendingOwner {
  readonly pending: PendingRequest;

  /**
   * With a boolean, the call is new, and `true` says that its caller gets `pending.outcome` itself,
   * so that failures reject it. With a pending request, the call takes that over.
   */
  constructor(rejects: boolean | PendingRequest) {
    if (typeof rejects === 'boolean') this.pending = new PendingRequest(0, this, rejects);
    else {
      this.pending = rejects;
      rejects.owner = this;
    }
  }

  settle(pending: PendingRequest, outcome: unknown): void {
    if (!pending.isSettled) pending.settle(outcome);
  }

  abandon(pending: PendingRequest, failure: Failure): void {
    this.settle(pending, failure);
  }
}

/** A local call whose signal aborts the calls it is made of, once the caller gives up. */
export class AbortableCall extends LocalCall {
  readonly #controller = new globals.AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  override abandon(pending: PendingRequest, failure: Failure): void {
    if (pending.isSettled) return;
    super.abandon(pending, failure);
    this.#controller.abort(undefined);
  }
}
