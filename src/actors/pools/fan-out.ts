/** Many workers as one: posts reach all of them, and a request the first that answers it. */
import { raise } from '../../core/errors.js';
import type { Failure } from '../../core/failure.js';
import { checkTimeout, type ReqOptions, type SendOptions } from '../../core/options.js';
import { Pending, type PendingOwner } from '../../core/pending.js';
import { globals } from '../../core/platform.js';
import { waitReplyOf, type WaitReply } from '../../core/wait-reply.js';
import { asFailure } from '../relays/relayed-call.js';
import type { Slot } from './slot.js';
import type { Callable, Target } from '../relays/target.js';

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
    return waitReplyOf(question, question.pending);
  }

  #ask(entry: unknown, msg: never, options: ReqOptions, rejects: boolean): Question {
    mustNotMove(entry, options);
    const timeout = checkTimeout(entry, options.timeout);
    const question = new Question(this.#slots, msg, rejects);
    question.pending.watch(options.signal, timeout);
    return question;
  }

  mustReact(within: number): void {
    for (const slot of this.#slots) slot.mustReact(within);
  }

  async ready(): Promise<void> {
    await Promise.allSettled(this.#slots.map(({ client }) => client.ready()));
  }
}

function mustNotMove(entry: unknown, { transfer = [] }: SendOptions = {}): void {
  if (transfer.length > 0) raise(entry, 'NotSupported', 'what moves cannot reach many');
}

/** One request to all of them. */
class Question implements PendingOwner {
  readonly pending: Pending;
  readonly #controller = new globals.AbortController();
  #left: number;

  constructor(slots: readonly Slot[], msg: never, rejects: boolean) {
    this.pending = new Pending(0, this, rejects);
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

  settle(pending: Pending, outcome: unknown): void {
    if (!pending.settled) pending.settle(outcome);
  }

  /** Nobody of them is asked any more. */
  abandon(pending: Pending, failure: Failure): void {
    if (pending.settled) return;
    this.settle(pending, failure);
    this.#controller.abort(undefined);
  }
}
