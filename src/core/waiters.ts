/** Who waits for a message, served in the order they came. */
import { onAbort, type Abortable, type Watch } from './aborts.js';
import type { Mailbox } from './mailbox.js';
import type { AnyMessage } from './message.js';
import { Failure } from './failure.js';
import type { WorkingSignal } from './platform.js';
import { Queue, type QueueNode } from './queue.js';

export type Outcome = AnyMessage | Failure;

export interface Waiting extends QueueNode {
  settle(outcome: Outcome): void;
}

class Waiter<T> implements Waiting, Abortable {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly #waiters: Waiters;
  readonly #as: (outcome: Outcome) => T;
  readonly #resolve: (result: T) => void;
  readonly #watch: Watch | undefined;
  /** A wait needs its server, which must not be collected as forgotten meanwhile. */
  readonly pinned: object;

  constructor(
    waiters: Waiters,
    pinned: object,
    as: (outcome: Outcome) => T,
    resolve: (result: T) => void,
    signal: WorkingSignal | undefined,
  ) {
    this.#waiters = waiters;
    this.pinned = pinned;
    this.#as = as;
    this.#resolve = resolve;
    this.#watch = signal && onAbort(signal, this);
  }

  settle(outcome: Outcome): void {
    this.#watch?.stop();
    this.#resolve(this.#as(outcome));
  }

  aborted(cause: unknown): void {
    this.#waiters.leave(this);
    this.settle(new Failure('Aborted', undefined, { cause }));
  }
}

export class Waiters {
  readonly #mailbox: Mailbox;
  readonly #waiting = new Queue<Waiting>();

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The next message, or why there is none, as the caller wants to see it. Does not reject. */
  wait<T>(pinned: object, as: (outcome: Outcome) => T, signal?: WorkingSignal): Promise<T> {
    const known =
      signal?.aborted === true
        ? new Failure('Aborted', undefined, { cause: signal.reason })
        : this.known();
    if (known !== undefined) return Promise.resolve(as(known));
    return new Promise((resolve) => {
      this.join(new Waiter(this, pinned, as, resolve, signal));
    });
  }

  join(waiter: Waiting): void {
    this.#waiting.push(waiter);
    if (this.#waiting.size === 1) this.#mailbox.updateHold();
  }

  /** What need not be waited for. */
  known(): Outcome | undefined {
    const message = this.#mailbox.take();
    if (message !== undefined) return message;
    const { over } = this.#mailbox;
    if (over !== undefined) this.#mailbox.ended();
    return over;
  }

  serve(message: AnyMessage): void {
    this.#waiting.shift()?.settle(message);
  }

  end(failure: Failure): void {
    for (const waiter of this.#waiting.clear()) waiter.settle(failure);
  }

  leave(waiter: Waiting): void {
    this.#waiting.remove(waiter);
    this.#mailbox.updateHold();
  }
}
