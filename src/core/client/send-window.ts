/**
 * Flow control of one session: how many more messages the server's mailbox has room for, and what
 * waits for credit. Waiters are served in the order in which they came.
 */
import { eachInBatches, inBatches } from '../support/batches.js';
import { callerTurn, callerTurns, type TurnKeeper } from '../support/caller-turn.js';
import type { Failure } from '../support/failure.js';
import { Queue, type QueueNode } from '../support/queue.js';

/** How many waiters are served before the event loop continues. */
const MAX_AT_ONCE = 1000;

export interface CreditWaiter extends QueueNode {
  /**
   * Called when credit is available or, for a waiter without `fail`, as soon as no waiter
   * is before it. Returns `used` if it has used the credit, `promised` if its owner may use it in
   * the next microtasks, and `unused` if it needs none. Never throws.
   */
  onCredit(): 'used' | 'promised' | 'unused';
  /**
   * No credit will come. Undefined for a waiter that needs no credit, only its place in the order.
   */
  fail?: (failure: Failure) => void;
  /** Whether it is a call of ready(), whose caller sends the message. */
  readonly isReady?: true;
}

export class SendWindow implements TurnKeeper {
  /** Undefined: not known yet. */
  #capacity: number | undefined;
  #credit: number;
  /** Credit used since the session was last redirected to another host of the server. */
  #usedHere = 0;
  readonly #waiters = new Queue<CreditWaiter>();
  /**
   * How much credit no waiter gets, because callers of ready() may use it in the turn that is under
   * way. What they have used counts until the turn ends.
   */
  #promised = 0;
  /** The part of it that was promised since this turn began. */
  #promisedLate = 0;
  /** Whether messages wait for callers of ready() that stood before them, and may send now. */
  #waitsForCallers = false;

  /**
   * While the capacity is unknown there is credit for one message: each mailbox has room for one.
   */
  constructor(capacity: number | undefined) {
    this.#capacity = capacity;
    this.#credit = capacity ?? 1;
  }

  /**
   * Whether a message may be sent now. It must not overtake those that wait, except while credit is
   * promised: then its sender may be a caller of ready(), which may.
   */
  get hasCredit(): boolean {
    return this.#credit > 0 && (this.#promised > 0 || this.#waiters.size === 0);
  }

  /**
   * Whether a post that cannot be sent now is held: the capacity is not known yet, or there is
   * credit for all that wait, and they are being served.
   */
  get mayHoldPosts(): boolean {
    return this.#capacity === undefined || this.#credit > this.#waiters.size;
  }

  /** Whether nothing waits, so that what needs no credit may be sent at once. */
  get isEmpty(): boolean {
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

  /**
   * Whether there is credit for one more caller of ready(), which may send in the next microtasks.
   * Until then no other caller of ready(), and no waiter, gets this credit.
   */
  promise(): boolean {
    if (this.#waiters.size > 0 || this.#credit <= this.#promised) return false;
    this.#promise();
    return true;
  }

  #promise(): void {
    if (this.#promised++ === 0) this.#startTurn();
    else this.#promisedLate++;
  }

  /** Each promise lasts for a whole turn of its caller at least. */
  #startTurn(): void {
    callerTurns().keepers.add(this);
    void callerTurn().then(() => {
      this.#promised = this.#promisedLate;
      this.#promisedLate = 0;
      if (this.#promised > 0) this.#startTurn();
      else this.#endTurn();
      this.#serve();
    });
  }

  #endTurn(): void {
    this.#waitsForCallers = false;
    callerTurns().keepers.delete(this);
  }

  /**
   * While this thread blocks, no caller of ready() can send: messages that wait pass them, and may
   * use what was promised, because the thread may block until one of these is answered.
   */
  onBlocking(): void {
    this.#serve();
    if (!callerTurns().isBlocked && this.#promised === 0) this.#endTurn();
  }

  /** Adds a waiter, which is served at once if there is credit and nothing waits before it. */
  addAndServe(waiter: CreditWaiter): void {
    this.#waiters.push(waiter);
    this.#serve();
  }

  removeWaiter(waiter: CreditWaiter): void {
    // Waiters that need no credit may have stood behind this one.
    if (this.#waiters.remove(waiter)) this.#serve();
  }

  /** Control frames are still sent, because they need no credit. */
  fail(failure: Failure): void {
    const waiters = this.#waiters.clear();
    for (const waiter of waiters) if (waiter.fail === undefined) waiter.onCredit();
    eachInBatches(waiters, (waiter) => waiter.fail?.(failure));
  }

  #serve(): void {
    for (let served = 0; this.#serveNext(); served++) {
      if (served === MAX_AT_ONCE) {
        inBatches(() => this.#serveNext());
        return;
      }
    }
  }

  /** Returns false if nothing waits, or if what is first must wait longer. */
  #serveNext(): boolean {
    if (this.#waiters.size === 0) return false;
    const { isBlocked } = callerTurns();
    const next = isBlocked ? this.#firstMessage() : this.#waiters.first;
    if (next === undefined) return false;
    if (this.#waitsForCallers && !isBlocked && next.isReady !== true) return false;
    const credit = isBlocked ? this.#credit : this.#credit - this.#promised;
    if (next.fail !== undefined && credit <= 0) return false;
    this.#waiters.remove(next);
    const outcome = next.onCredit();
    if (outcome === 'used') this.consume();
    else if (outcome === 'promised') {
      this.#waitsForCallers = true;
      this.#promise();
    }
    return true;
  }

  /** The first waiter that is no call of ready(). Those are served when this thread goes on. */
  #firstMessage(): CreditWaiter | undefined {
    for (const waiter of this.#waiters) {
      if (waiter.isReady !== true) return waiter;
      callerTurns().keepers.add(this);
    }
    return undefined;
  }
}
