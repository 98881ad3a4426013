import { IS_HANDLE, cancelFinalization, finalizeOnCollect } from '../support/finalization.js';
import { checkSignal, checkTimeout, type WaitOptions } from '../options.js';
import { Failure } from '../support/failure.js';
import type { PendingRequest } from './pending-request.js';
import { dispose } from '../support/platform.js';

let createWaitReply: <R, E>(pending: PendingRequest) => WaitReply<R, E>;
let pendingRequestOf: (reply: WaitReply<unknown, unknown>) => PendingRequest;

/**
 * A request that was sent, and whose reply can be waited for. It is abandoned when this object is
 * disposed, or garbage-collected before `wait()` was called.
 */
export class WaitReply<R = unknown, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** @internal */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
  /** Never set: it carries the type of `appError` in the errors that wait() rejects with. */
  declare private readonly appError?: E;
  readonly #pending: PendingRequest;

  private constructor(pending: PendingRequest) {
    this.#pending = pending;
    finalizeOnCollect(this, pending);
  }

  static {
    createWaitReply = (pending) => new WaitReply(pending);
    pendingRequestOf = (reply) => reply.#pending;
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
    this.#pending.finalize();
  }
}

export { createWaitReply, pendingRequestOf };
