/**
 * A client's view of a bounded mailbox: how many more messages it may send, and who waits for room.
 * Waiting requests and waiting `ready()` calls are served in the order they came.
 */
import type { Failure } from './failure.js';

export interface Waiter {
  /** There is room. `sent`: it has used it; `told`: it will, in a moment; `gone`: it no longer waits. */
  go(): 'sent' | 'told' | 'gone';
  /** There will be no room. Undefined: it needs none, only its turn, and goes all the same. */
  fail?: (failure: Failure) => void;
}

export class Room {
  readonly #capacity: number;
  #credit: number;
  /** How much was used since the line last switched to another home of the server. */
  #used = 0;
  #waiting: Waiter[] = [];
  /** Somebody who waited in ready() was told, and has this turn of the microtask queue to himself. */
  #told = false;

  constructor(capacity: number, used: number) {
    this.#capacity = capacity;
    this.#credit = capacity - used;
  }

  /** May a message go now? Not past those that wait. */
  get free(): boolean {
    return this.#credit > 0 && (this.#told || this.#waiting.length === 0);
  }

  use(): void {
    this.#credit--;
    this.#used++;
  }

  switched(): void {
    this.#used = 0;
  }

  /** The new home has what came by the old one, and says how much of it is unread; the rest is lost. */
  arrived(unread: number): void {
    this.#credit = this.#capacity - unread - this.#used;
    this.#serve();
  }

  wait(waiter: Waiter): void {
    this.#waiting.push(waiter);
  }

  add(credit: number): void {
    this.#credit += credit;
    this.#serve();
  }

  /** Does nothing wait, so that what needs no room may go at once? */
  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  fail(failure: Failure): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) {
      if (waiter.fail === undefined) waiter.go();
      else waiter.fail(failure);
    }
  }

  #serve(): void {
    while (!this.#told) {
      const [next] = this.#waiting;
      if (next === undefined || (next.fail !== undefined && this.#credit <= 0)) return;
      this.#waiting.shift();
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
