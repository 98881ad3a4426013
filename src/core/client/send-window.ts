/**
 * A client's view of a mailbox that is bounded, or may be: how many more messages it may send, and
 * what waits for room. What waits is served in the order it came.
 */
import type { Failure } from '../support/failure.js';
import { Queue, type QueueNode } from '../support/queue.js';

export interface CreditWaiter extends QueueNode {
  /**
   * There is room. `sent`: it has used it; `told`: it will, in a moment; `gone`: it needs none.
   * Never throws.
   */
  onCredit(): 'sent' | 'told' | 'gone';
  /** There will be no room. Undefined: it needs none, only its turn, and goes all the same. */
  fail?: (failure: Failure) => void;
}

export class SendWindow {
  /** Undefined: not known yet. */
  #capacity: number | undefined;
  #credit: number;
  /** How much was used since the line last switched to another home of the server. */
  #usedHere = 0;
  readonly #waiters = new Queue<CreditWaiter>();
  /** A call of ready() was told, and has this turn of the microtask queue to itself. */
  #notified = false;

  /** However small the capacity turns out to be, one message has room. */
  constructor(capacity: number | undefined) {
    this.#capacity = capacity;
    this.#credit = capacity ?? 1;
  }

  /** May a message go now? Not past those that wait. */
  get hasCredit(): boolean {
    return this.#credit > 0 && (this.#notified || this.#waiters.size === 0);
  }

  /** Is it not known yet how much room there is? */
  get isUnknown(): boolean {
    return this.#capacity === undefined;
  }

  consume(): void {
    this.#credit--;
    this.#usedHere++;
  }

  /** How much room there is becomes known. Infinity: there is no bound. */
  setCapacity(capacity: number): void {
    const before = this.#capacity ?? 1;
    this.#capacity = capacity;
    this.grant(capacity - before);
  }

  onRedirect(): void {
    this.#usedHere = 0;
  }

  /**
   * The new home has what came by the old one, and says how much of it is unread; the rest is lost.
   */
  onAdopted(unread: number): void {
    this.#credit = (this.#capacity ?? 1) - unread - this.#usedHere;
    this.#serve();
  }

  addWaiter(waiter: CreditWaiter): void {
    this.#waiters.push(waiter);
  }

  /** It needs no room any more. */
  removeWaiter(waiter: CreditWaiter): void {
    // What only waited for its turn behind this one may have it now.
    if (this.#waiters.remove(waiter)) this.#serve();
  }

  grant(credit: number): void {
    this.#credit += credit;
    this.#serve();
  }

  /** Does nothing wait, so that what needs no room may go at once? */
  get isIdle(): boolean {
    return this.#waiters.size === 0;
  }

  fail(failure: Failure): void {
    for (const waiter of this.#waiters.clear()) {
      if (waiter.fail === undefined) waiter.onCredit();
      else waiter.fail(failure);
    }
  }

  #serve(): void {
    while (!this.#notified) {
      const next = this.#waiters.first;
      if (next === undefined || (next.fail !== undefined && this.#credit <= 0)) return;
      this.#waiters.remove(next);
      const outcome = next.onCredit();
      if (outcome === 'sent') this.consume();
      else if (outcome === 'told') {
        this.#notified = true;
        void Promise.resolve().then(() => {
          this.#notified = false;
          this.#serve();
        });
      }
    }
  }
}
