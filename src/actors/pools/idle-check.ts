import { applicationTimer } from '../../core/internal.js';
import { now } from '../support/now.js';

/** The pool, as the check of its idle workers sees it. */
interface IdleCheckOwner {
  /** Whether the pool has more workers than it keeps. */
  isNeeded(): boolean;
  /** Stops those that have had no call since that moment, by now(). */
  stopIdle(since: number): void;
}

/** Looks for idle workers from time to time, while that is needed. */
export class IdleCheck {
  readonly #idleMs: number;
  readonly #owner: IdleCheckOwner;
  /** Undefined while no check is due. */
  #stopTimer: (() => void) | undefined;

  constructor(idleMs: number, owner: IdleCheckOwner) {
    this.#idleMs = idleMs;
    this.#owner = owner;
  }

  /** Must be called when there are more workers than before. */
  start(): void {
    if (this.#stopTimer !== undefined || !this.#owner.isNeeded()) return;
    this.#stopTimer = applicationTimer(this.#idleMs, () => {
      this.#stopTimer = undefined;
      if (this.#owner.isNeeded()) this.#owner.stopIdle(now() - this.#idleMs);
      this.start();
    });
  }

  /** The pool needs no checks any more: a timer would keep it in memory until it fires. */
  stop(): void {
    this.#stopTimer?.();
  }
}
