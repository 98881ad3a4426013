/** Who waits for a message, served in the order they came. */
import { onAbort, type Abortable, type AbortWatch } from '../support/abort-watch.js';
import type { Mailbox } from './mailbox.js';
import type { AnyMessage } from './message.js';
import { Failure } from '../support/failure.js';
import type { WorkingSignal } from '../support/platform.js';
import { Queue, type QueueNode } from '../support/queue.js';

export type Received = AnyMessage | Failure;

export interface PendingReceive extends QueueNode {
  settle(outcome: Received): void;
}

class WaitCall<T> implements PendingReceive, Abortable {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly #receivers: Receivers;
  readonly #as: (outcome: Received) => T;
  readonly #resolve: (result: T) => void;
  readonly #watch: AbortWatch | undefined;
  /** A wait needs its server, which must not be collected as forgotten meanwhile. */
  readonly pinned: object;

  constructor(
    waiters: Receivers,
    pinned: object,
    as: (outcome: Received) => T,
    resolve: (result: T) => void,
    signal: WorkingSignal | undefined,
  ) {
    this.#receivers = waiters;
    this.pinned = pinned;
    this.#as = as;
    this.#resolve = resolve;
    this.#watch = signal && onAbort(signal, this);
  }

  settle(outcome: Received): void {
    this.#watch?.stop();
    this.#resolve(this.#as(outcome));
  }

  aborted(cause: unknown): void {
    this.#receivers.remove(this);
    this.settle(new Failure('Aborted', undefined, { cause }));
  }
}

export class Receivers {
  readonly #mailbox: Mailbox;
  readonly #waiting = new Queue<PendingReceive>();

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The next message, or why there is none, as the caller wants to see it. Does not reject. */
  wait<T>(pinned: object, as: (outcome: Received) => T, signal?: WorkingSignal): Promise<T> {
    const tryReceive =
      signal?.aborted === true
        ? new Failure('Aborted', undefined, { cause: signal.reason })
        : this.known();
    if (tryReceive !== undefined) return Promise.resolve(as(tryReceive));
    return new Promise((resolve) => {
      this.add(new WaitCall(this, pinned, as, resolve, signal));
    });
  }

  add(receive: PendingReceive): void {
    this.#waiting.push(receive);
    if (this.#waiting.size === 1) this.#mailbox.updateRef();
  }

  /** What need not be waited for. */
  known(): Received | undefined {
    const message = this.#mailbox.take();
    if (message !== undefined) return message;
    const { endReason } = this.#mailbox;
    if (endReason !== undefined) this.#mailbox.notifyEnd();
    return endReason;
  }

  deliver(message: AnyMessage): void {
    this.#waiting.shift()?.settle(message);
  }

  endAll(failure: Failure): void {
    for (const receive of this.#waiting.clear()) receive.settle(failure);
  }

  remove(receive: PendingReceive): void {
    this.#waiting.remove(receive);
    this.#mailbox.updateRef();
  }
}
