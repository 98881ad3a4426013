import {
  createWaitReply,
  raise,
  type ReqOptions,
  type SendOptions,
  type WaitReply,
} from '../../core/internal.js';
import { asFailure } from '../support/as-failure.js';
import { checkCallLimits } from '../support/check-options.js';
import { AbortableCall } from '../support/local-call.js';
import type { Callable, CallTarget } from '../proxies/call-target.js';
import type { Slot } from './slot.js';

/** All workers as one target: posts reach all of them, requests the first that replies. */
export class FanOut implements CallTarget<never, never>, Callable<never, never, unknown, unknown> {
  readonly client = this;
  readonly #slots: readonly Slot[];

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
  }

  post(msg: never, options?: SendOptions): void {
    throwIfTransferring(FanOut.prototype.post, options);
    for (const slot of this.#slots) slot.post(msg);
  }

  req(msg: never, options: ReqOptions = {}): Promise<unknown> {
    return this.#broadcast(FanOut.prototype.req, msg, options, true).pending.outcome;
  }

  reqDeferred(msg: never, options: ReqOptions = {}): WaitReply<unknown, unknown> {
    const request = this.#broadcast(FanOut.prototype.reqDeferred, msg, options, false);
    return createWaitReply(request.pending);
  }

  #broadcast(
    stackStartFn: unknown,
    msg: never,
    options: ReqOptions,
    rejects: boolean,
  ): BroadcastRequest {
    throwIfTransferring(stackStartFn, options);
    const timeout = checkCallLimits(stackStartFn, options);
    const request = new BroadcastRequest(rejects);
    request.pending.watch(options.signal, timeout);
    // A signal that has aborted before settles the request at once.
    if (!request.pending.isSettled) request.send(this.#slots, msg);
    return request;
  }

  killUnlessResponsive(ms: number): void {
    for (const slot of this.#slots) slot.killUnlessResponsive(ms);
  }

  async ready(): Promise<void> {
    await Promise.allSettled(this.#slots.map(({ client }) => client.ready()));
  }
}

function throwIfTransferring(stackStartFn: unknown, { transfer = [] }: SendOptions = {}): void {
  if (transfer.length > 0)
    raise(stackStartFn, 'InvalidArgument', 'transfer cannot be combined with broadcast');
}

/**
 * One request to all workers. The first successful reply settles it; if all fail, the last failure
 * does.
 */
class BroadcastRequest extends AbortableCall {
  send(slots: readonly Slot[], msg: never): void {
    const { pending, signal } = this;
    let remaining = slots.length;
    for (const slot of slots) {
      void slot.tryReq(msg, { signal }).then((result) => {
        remaining--;
        if (result.ok) this.settle(pending, result.value);
        else if (remaining === 0) this.settle(pending, asFailure(result.error));
      });
    }
  }
}
