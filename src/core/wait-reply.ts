import { IS_HANDLE, notForgotten, onForgotten, type Forgettable } from './handle.js';
import { checkSignal, checkTimeout, type WaitOptions } from './options.js';
import { Failure } from './failure.js';
import type { Pending } from './pending.js';
import { dispose } from './platform.js';

/** Who can end it early. */
interface Owner {
  abandon(pending: Pending, failure: Failure): void;
}

let make: <R, E>(owner: Owner, pending: Pending) => WaitReply<R, E>;
let requestOf: (reply: WaitReply<unknown, unknown>) => { owner: Owner; pending: Pending };

/** A request that was sent and is yet to be waited for. */
export class WaitReply<R = unknown, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** Only a type: what `appError` may be in the errors that wait() rejects with. */
  declare private readonly appError?: E;
  readonly #owner: Owner;
  readonly #pending: Pending;

  private constructor(owner: Owner, pending: Pending) {
    this.#owner = owner;
    this.#pending = pending;
    onForgotten(this, new Abandoned(owner, pending));
  }

  static {
    make = (owner, pending) => new WaitReply(owner, pending);
    requestOf = (reply) => ({ owner: reply.#owner, pending: reply.#pending });
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
    notForgotten(this);
    this.#pending.watch(options?.signal, timeout);
    const outcome = await this.#pending.outcome;
    if (outcome instanceof Failure) throw outcome.toError(WaitReply.prototype.wait);
    return outcome as R;
  }

  /** Abandons the request: the server sees OriginDisappeared, `wait()` rejects with `Aborted`. */
  [dispose](): void {
    notForgotten(this);
    new Abandoned(this.#owner, this.#pending).forgotten();
  }
}

class Abandoned implements Forgettable {
  readonly #owner: Owner;
  readonly #pending: Pending;

  constructor(owner: Owner, pending: Pending) {
    this.#owner = owner;
    this.#pending = pending;
  }

  forgotten(): void {
    this.#owner.abandon(this.#pending, new Failure('Aborted', 'the request was abandoned'));
  }
}

/** For a request that was sent. */
export { make as waitReplyOf };
/** What stands behind one. */
export { requestOf };
