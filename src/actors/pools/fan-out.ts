/** Many workers as one: posts reach all of them, and a request the first that answers it. */
import {
  checkTimeout,
  createWaitReply,
  type Failure,
  globals,
  type PendingOwner,
  PendingRequest,
  raise,
  type ReqOptions,
  type SendOptions,
  type WaitReply,
} from '../../core/internal.js';
import { asFailure } from '../proxies/queued-request.js';
import type { Slot } from './slot.js';
import type { Callable, Target } from '../proxies/target.js';

export class FanOut implements Target<never, never>, Callable<never, never, unknown, unknown> {
  readonly client = this;
  readonly #slots: readonly Slot[];

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
  }

  post(msg: never, options?: SendOptions): void {
    mustNotMove(FanOut.prototype.post, options);
    for (const slot of this.#slots) slot.post(msg);
  }

  req(msg: never, options: ReqOptions = {}): Promise<unknown> {
    return this.#ask(FanOut.prototype.req, msg, options, true).pending.outcome;
  }

  reqDeferred(msg: never, options: ReqOptions = {}): WaitReply<unknown, unknown> {
    const question = this.#ask(FanOut.prototype.reqDeferred, msg, options, false);
    return createWaitReply(question, question.pending);
  }

  #ask(stackStartFn: unknown, msg: never, options: ReqOptions, rejects: boolean): BroadcastRequest {
    mustNotMove(stackStartFn, options);
    const timeout = checkTimeout(stackStartFn, options.timeout);
    const question = new BroadcastRequest(this.#slots, msg, rejects);
    question.pending.watch(options.signal, timeout);
    return question;
  }

  killUnlessResponsive(within: number): void {
    for (const slot of this.#slots) slot.killUnlessResponsive(within);
  }

  async ready(): Promise<void> {
    await Promise.allSettled(this.#slots.map(({ client }) => client.ready()));
  }
}

function mustNotMove(stackStartFn: unknown, { transfer = [] }: SendOptions = {}): void {
  if (transfer.length > 0)
    raise(stackStartFn, 'InvalidArgument', 'transfer cannot be combined with broadcast');
}

/** One request to all of them. */
class BroadcastRequest implements PendingOwner {
  readonly pending: PendingRequest;
  readonly #controller = new globals.AbortController();
  #left: number;

  constructor(slots: readonly Slot[], msg: never, rejects: boolean) {
    this.pending = new PendingRequest(0, this, rejects);
    this.#left = slots.length;
    const { signal } = this.#controller;
    for (const slot of slots) {
      void slot.ask(msg, { signal }).then((result) => {
        this.#left--;
        if (result.ok) this.settle(this.pending, result.value);
        else if (this.#left === 0) this.settle(this.pending, asFailure(result.error));
      });
    }
  }

  settle(pending: PendingRequest, outcome: unknown): void {
    if (!pending.isSettled) pending.settle(outcome);
  }

  /** Nobody of them is asked any more. */
  abandon(pending: PendingRequest, failure: Failure): void {
    if (pending.isSettled) return;
    this.settle(pending, failure);
    this.#controller.abort(undefined);
  }
}
