import {
  closePortsIn,
  createWaitReply,
  isUmpError,
  notifyUndelivered,
  raise,
  type ReqOptions,
  type Result,
  type SendOptions,
  type WaitReply,
} from '../../core/internal.js';
import { asFailure } from '../support/as-failure.js';
import { checkCallLimits } from '../support/check-options.js';
import { AbortableCall } from '../support/local-call.js';
import type { TargetClient, CallTarget } from '../proxies/call-target.js';
import type { Slot } from './slot.js';

/** All workers as one target: posts reach all of them, requests the first that replies. */
export class FanOut
  implements CallTarget<never, never>, TargetClient<never, never, unknown, unknown>
{
  readonly client = this;
  readonly #slots: readonly Slot[];

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
  }

  post(msg: never, options?: SendOptions): void {
    throwIfTransferring(FanOut.prototype.post, options);
    for (const slot of this.#slots) postTo(slot, msg);
  }

  req(msg: never, options: ReqOptions = {}): Promise<unknown> {
    return this.#broadcast(FanOut.prototype.req, msg, options, true).pending.outcome;
  }

  reqDeferred(msg: never, options: ReqOptions = {}): WaitReply<unknown, unknown> {
    const request = this.#broadcast(FanOut.prototype.reqDeferred, msg, options, false);
    return createWaitReply(request.pending);
  }

  /** The results of all workers, in their order. */
  reqAll(
    msg: never,
    options: Omit<ReqOptions, 'transfer'> | undefined,
  ): Promise<Result<unknown, unknown>[]> {
    return Promise.all(this.#slots.map((slot) => requestFrom(slot, msg, options)));
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

/**
 * If the worker's mailbox is full, the post is dropped; if the worker is down, it waits for the
 * restart.
 */
function postTo(slot: Slot, msg: never): void {
  try {
    slot.client.post(msg);
    slot.onPosted();
  } catch (error) {
    if (isUmpError(error, 'DataClone')) throw error;
    if (isUmpError(error, 'MailboxFull')) {
      notifyUndelivered(slot.onDropped, [], () => ({ type: 'post', msg }));
    } else {
      slot.child.requester.clearTarget();
      slot.child.requester.post(msg);
    }
  }
}

async function requestFrom(
  slot: Slot,
  msg: never,
  options: ReqOptions | undefined,
): Promise<Result<unknown, unknown>> {
  const record = slot.onRequest(msg);
  const result = await slot.client.tryReq(msg, options);
  record.settled(result.ok ? undefined : result.error);
  return result;
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
      void requestFrom(slot, msg, { signal }).then((result) => {
        remaining--;
        if (result.ok) {
          if (pending.isSettled) closePortsIn(result.value);
          else this.settle(pending, result.value);
        } else if (remaining === 0) this.settle(pending, asFailure(result.error));
      });
    }
  }
}
