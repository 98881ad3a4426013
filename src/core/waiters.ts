/** Who waits for a message, served in the order they came. */
import type { Mailbox } from './mailbox.js';
import type { AnyMessage } from './message.js';
import { Failure } from './failure.js';
import type { AbortListener, WorkingSignal } from './platform.js';

export class Waiter implements AbortListener {
  readonly #waiters: Waiters;
  readonly #settle: (outcome: AnyMessage | Failure) => void;
  readonly #signal: WorkingSignal | undefined;
  /** Whoever waits needs his server: it must not be collected as forgotten meanwhile. */
  readonly pinned: object;

  constructor(
    waiters: Waiters,
    settle: (outcome: AnyMessage | Failure) => void,
    signal: WorkingSignal | undefined,
    pinned: object,
  ) {
    this.#waiters = waiters;
    this.#settle = settle;
    this.#signal = signal;
    this.pinned = pinned;
    signal?.addEventListener('abort', this);
  }

  settle(outcome: AnyMessage | Failure): void {
    this.#signal?.removeEventListener('abort', this);
    this.#settle(outcome);
  }

  handleEvent(): void {
    this.#waiters.leave(this);
    this.settle(new Failure('Aborted', undefined, { cause: this.#signal?.reason }));
  }
}

export class Waiters {
  readonly #mailbox: Mailbox;
  #waiting: Waiter[] = [];

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** The next message, or why there is none. Does not reject. */
  wait(
    pinned: object,
    signal?: WorkingSignal,
  ): AnyMessage | Failure | Promise<AnyMessage | Failure> {
    if (signal?.aborted === true) {
      return new Failure('Aborted', undefined, { cause: signal.reason });
    }
    const message = this.#mailbox.take();
    if (message !== undefined) return message;
    const { over } = this.#mailbox;
    if (over !== undefined) {
      this.#mailbox.ended();
      return over;
    }
    return new Promise((resolve) => {
      this.#waiting.push(new Waiter(this, resolve, signal, pinned));
      if (this.#waiting.length === 1) this.#mailbox.updateHold();
    });
  }

  serve(message: AnyMessage): void {
    this.#waiting.shift()?.settle(message);
  }

  end(failure: Failure): void {
    for (const waiter of this.#waiting.splice(0)) waiter.settle(failure);
  }

  leave(waiter: Waiter): void {
    const at = this.#waiting.indexOf(waiter);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#mailbox.updateHold();
  }
}
