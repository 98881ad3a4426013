/**
 * Flow control of one session: how many more messages the server's mailbox has room for, and what
 * waits for credit. Waiters are served in the order in which they came.
 */
import type { Failure } from '../support/failure.js';
import { Queue, type QueueNode } from '../support/queue.js';

export interface CreditWaiter extends QueueNode {
  /**
   * Called when credit is available or, for a waiter without `fail`, as soon as it is first.
   * Returns `sent` if it has used the credit, `notified` if its owner may use it later in this
   * microtask turn, and `cancelled` if it needs none. Never throws.
   */
  onCredit(): 'sent' | 'notified' | 'cancelled';
  /**
   * No credit will come. Undefined for a waiter that needs no credit, only its place in the order.
   */
  fail?: (failure: Failure) => void;
}

export class SendWindow {
  /** Undefined: not known yet. */
  #capacity: number | undefined;
  #credit: number;
  /** Credit used since the session was last redirected to another host of the server. */
  #usedHere = 0;
  readonly #waiters = new Queue<CreditWaiter>();
  /** A ready() was fulfilled, and its owner alone may use credit in this microtask turn. */
  #notified = false;

  /**
   * While the capacity is unknown there is credit for one message: each mailbox has room for one.
   */
  constructor(capacity: number | undefined) {
    this.#capacity = capacity;
    this.#credit = capacity ?? 1;
  }

  /** Whether a message may be sent now; it must not overtake those that wait. */
  get hasCredit(): boolean {
    return this.#credit > 0 && (this.#notified || this.#waiters.size === 0);
  }

  /** Whether the capacity is not known yet. */
  get isUnknown(): boolean {
    return this.#capacity === undefined;
  }

  /** Whether nothing waits, so that what needs no credit may be sent at once. */
  get isIdle(): boolean {
    return this.#waiters.size === 0;
  }

  consume(): void {
    this.#credit--;
    this.#usedHere++;
  }

  grant(credit: number): void {
    this.#credit += credit;
    this.#serve();
  }

  /** Infinity: unbounded. */
  setCapacity(capacity: number): void {
    const before = this.#capacity ?? 1;
    this.#capacity = capacity;
    this.grant(capacity - before);
  }

  onRedirect(): void {
    this.#usedHere = 0;
  }

  /**
   * The new host has read what the old one forwarded, and reports how much of it is unread; other
   * messages to the old host are lost.
   */
  onAdopted(unread: number): void {
    this.#credit = (this.#capacity ?? 1) - unread - this.#usedHere;
    this.#serve();
  }

  addWaiter(waiter: CreditWaiter): void {
    this.#waiters.push(waiter);
  }

  removeWaiter(waiter: CreditWaiter): void {
    // Waiters that need no credit may have stood behind this one.
    if (this.#waiters.remove(waiter)) this.#serve();
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
      else if (outcome === 'notified') {
        this.#notified = true;
        void Promise.resolve().then(() => {
          this.#notified = false;
          this.#serve();
        });
      }
    }
  }
}
