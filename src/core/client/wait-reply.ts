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

/** What can end the request early. */
interface RequestOwner {
  abandon(pending: PendingRequest, failure: Failure): void;
}

let createWaitReply: <R, E>(owner: RequestOwner, pending: PendingRequest) => WaitReply<R, E>;
let pendingRequestOf: (reply: WaitReply<unknown, unknown>) => {
  owner: RequestOwner;
  pending: PendingRequest;
};

/**
 * A request that was sent, and whose reply can be waited for. It is abandoned when this object is
 * disposed, or garbage-collected before `wait()` was called.
 */
export class WaitReply<R = unknown, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** Never set: it carries the type of `appError` in the errors that wait() rejects with. */
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
   * Fulfils with the reply; rejects as `client.req()` does. Each call gives the same outcome.
   * @param options `signal` and `timeout` (milliseconds from this call) end the request itself, not
   * only the wait: `rctx.signal` aborts at the server.
   */
  async wait(options?: WaitOptions & { timeout?: number | undefined }): Promise<R> {
    const timeout = checkTimeout(WaitReply.prototype.wait, options?.timeout);
    checkSignal(WaitReply.prototype.wait, options?.signal);
    // From here on the request must not be abandoned when its handle is garbage-collected.
    cancelFinalization(this);
    this.#pending.watch(options?.signal, timeout);
    const outcome = await this.#pending.outcome;
    if (outcome instanceof Failure) throw outcome.toError(WaitReply.prototype.wait);
    return outcome as R;
  }

  /**
   * Abandons the request: `rctx.signal` aborts with `OriginDisappeared` at the server, and `wait()`
   * rejects with `Aborted`.
   */
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

export { createWaitReply, pendingRequestOf };
