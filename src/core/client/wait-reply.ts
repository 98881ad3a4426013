import {
  IS_HANDLE,
  cancelFinalization,
  finalizeOnCollect,
  type Finalizable,
} from '../support/finalization.js';
import { checkSignal, checkTimeout, type WaitOptions } from '../options.js';
import { Failure } from '../support/failure.js';
import type { PendingRequest } from './pending-request.js';
import { dispose } from '../support/platform.js';

/** Who can end it early. */
interface RequestOwner {
  abandon(pending: PendingRequest, failure: Failure): void;
}

let createWaitReply: <R, E>(owner: RequestOwner, pending: PendingRequest) => WaitReply<R, E>;
let pendingRequestOf: (reply: WaitReply<unknown, unknown>) => {
  owner: RequestOwner;
  pending: PendingRequest;
};

/** A request that was sent and is yet to be waited for. */
export class WaitReply<R = unknown, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** Only a type: what `appError` may be in the errors that wait() rejects with. */
  declare private readonly appError?: E;
  readonly #owner: RequestOwner;
  readonly #pending: PendingRequest;

  private constructor(owner: RequestOwner, pending: PendingRequest) {
    this.#owner = owner;
    this.#pending = pending;
    finalizeOnCollect(this, new AbandonedRequest(owner, pending));
  }

  static {
    createWaitReply = (owner, pending) => new WaitReply(owner, pending);
    pendingRequestOf = (reply) => ({ owner: reply.#owner, pending: reply.#pending });
  }

  /**
   * Waits for the answer; rejects as `Client.req` does. May be called again: the outcome is the
   * same.
   * @param options `signal` and `timeout` (milliseconds from now) end the request, not only the
   * wait: the server is told.
   */
  async wait(options?: WaitOptions & { timeout?: number | undefined }): Promise<R> {
    const timeout = checkTimeout(WaitReply.prototype.wait, options?.timeout);
    checkSignal(WaitReply.prototype.wait, options?.signal);
    // Somebody waits: from here on the request must not be abandoned with its handle.
    cancelFinalization(this);
    this.#pending.watch(options?.signal, timeout);
    const outcome = await this.#pending.outcome;
    if (outcome instanceof Failure) throw outcome.toError(WaitReply.prototype.wait);
    return outcome as R;
  }

  /** Abandons the request: the server sees OriginDisappeared, `wait()` rejects with `Aborted`. */
  [dispose](): void {
    cancelFinalization(this);
    new AbandonedRequest(this.#owner, this.#pending).finalize();
  }
}

class AbandonedRequest implements Finalizable {
  readonly #owner: RequestOwner;
  readonly #pending: PendingRequest;

  constructor(owner: RequestOwner, pending: PendingRequest) {
    this.#owner = owner;
    this.#pending = pending;
  }

  finalize(): void {
    this.#owner.abandon(this.#pending, new Failure('Aborted', 'the request was abandoned'));
  }
}

/** For a request that was sent. */
export { createWaitReply };
/** What stands behind one. */
export { pendingRequestOf };
