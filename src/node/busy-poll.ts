/**
 * Busy polling: while an immediate is due, the event loop asks its ports for messages without
 * sleeping. To wake a sleeping thread on another core takes longer than everything else in a round
 * trip. Timers, sockets and the application's own immediates get their turn as ever.
 */
import { perThread } from '../core/support/per-thread.js';
import { performanceClock, timers } from './builtins.js';

class BusyPoll {
  /** When the polling ends, unless more messages come; in milliseconds of the clock. */
  #endMs = 0;
  #isPolling = false;
  /** The open transports that want to poll. */
  #users = 0;

  /** Returns a function that a transport calls when it closes: after the last, the poll ends. */
  addUser(): () => void {
    this.#users++;
    return () => {
      this.#users--;
    };
  }

  /** Polls for this many microseconds from now on, or longer if it already does. */
  extend(microseconds: number): void {
    this.#endMs = Math.max(this.#endMs, performanceClock.now() + microseconds / 1000);
    if (this.#isPolling) return;
    this.#isPolling = true;
    timers.setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    if (this.#users > 0 && performanceClock.now() < this.#endMs) timers.setImmediate(this.#turn);
    else this.#isPolling = false;
  };
}

/** One for all transports of the thread: its event loop polls all ports, or none. */
export const busyPoll = perThread(() => new BusyPoll());
