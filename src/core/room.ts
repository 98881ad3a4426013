/**
 * A client's view of a mailbox that is bounded, or may be: how many more messages it may send, and
 * what waits for room. What waits is served in the order it came.
 */
import type { Failure } from './failure.js';
import { Queue, type QueueNode } from './queue.js';

export interface Waiter extends QueueNode {
  /**
   * There is room. `sent`: it has used it; `told`: it will, in a moment; `gone`: it needs none.
   * Never throws.
   */
  go(): 'sent' | 'told' | 'gone';
  /** There will be no room. Undefined: it needs none, only its turn, and goes all the same. */
  fail?: (failure: Failure) => void;
}

export class Room {
  /** Undefined: not known yet. */
  #capacity: number | undefined;
  #credit: number;
  /** How much was used since the line last switched to another home of the server. */
  #used = 0;
  readonly #waiting = new Queue<Waiter>();
  /** A call of ready() was told, and has this turn of the microtask queue to itself. */
  #told = false;

  /** However small the capacity turns out to be, one message has room. */
  constructor(capacity: number | undefined) {
    this.#capacity = capacity;
    this.#credit = capacity ?? 1;
  }

  /** May a message go now? Not past those that wait. */
  get free(): boolean {
    return this.#credit > 0 && (this.#told || this.#waiting.size === 0);
  }

  /** Is it not known yet how much room there is? */
  get unknown(): boolean {
    return this.#capacity === undefined;
  }

  use(): void {
    this.#credit--;
    this.#used++;
  }

  /** How much room there is becomes known. Infinity: there is no bound. */
  learn(capacity: number): void {
    const before = this.#capacity ?? 1;
    this.#capacity = capacity;
    this.add(capacity - before);
  }

  switched(): void {
    this.#used = 0;
  }

  /**
   * The new home has what came by the old one, and says how much of it is unread; the rest is lost.
   */
  arrived(unread: number): void {
    this.#credit = (this.#capacity ?? 1) - unread - this.#used;
    this.#serve();
  }

  wait(waiter: Waiter): void {
    this.#waiting.push(waiter);
  }

  /** It needs no room any more. */
  leave(waiter: Waiter): void {
    // What only waited for its turn behind this one may have it now.
    if (this.#waiting.remove(waiter)) this.#serve();
  }

  add(credit: number): void {
    this.#credit += credit;
    this.#serve();
  }

  /** Does nothing wait, so that what needs no room may go at once? */
  get idle(): boolean {
    return this.#waiting.size === 0;
  }

  fail(failure: Failure): void {
    for (const waiter of this.#waiting.clear()) {
      if (waiter.fail === undefined) waiter.go();
      else waiter.fail(failure);
    }
  }

  #serve(): void {
    while (!this.#told) {
      const next = this.#waiting.first;
      if (next === undefined || (next.fail !== undefined && this.#credit <= 0)) return;
      this.#waiting.remove(next);
      const outcome = next.go();
      if (outcome === 'sent') this.use();
      else if (outcome === 'told') {
        this.#told = true;
        void Promise.resolve().then(() => {
          this.#told = false;
          this.#serve();
        });
      }
    }
  }
}
