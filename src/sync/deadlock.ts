/**
 * Threads that block on one another in a circle would wait without end. Each of them knows only
 * what it waits for itself, so it asks along the way: a PROBE goes to the thread that must answer,
 * which passes it on to the one that it waits for, and so on. Where one comes back to the thread
 * that asked, there is a circle: each thread passed it on while it was blocked, and held the
 * request that the one before it waited for, so none of them can go on before the one that asked
 * does.
 *
 * One thread of a circle is enough to break it: the one with the highest number. A thread passes on
 * the probes of those with higher numbers only. Where it gets one from a lower number it asks for
 * itself instead.
 */
import { blockingState } from '../node/inbound-ports.js';
import type { Awaited } from './blocker.js';

export class DeadlockDetector {
  readonly #thread: number;
  #count = 0;
  /** The first of our probes that belongs to the present call: an older one proves nothing. */
  #first = 0;
  /** The last probe of each thread that was passed on: no probe goes through here twice. */
  readonly #passed = new Map<number, number>();

  constructor(thread: number) {
    this.#thread = thread;
  }

  /** A call begins, or one has returned to the call that it was made in. */
  begin(): void {
    this.#first = this.#count + 1;
    this.#passed.clear();
    blockingState.probes.length = 0;
  }

  ask(awaited: Awaited): void {
    awaited.probe?.(this.#thread, ++this.#count);
  }

  /** Deals with the probes that have come; true if one of our own has come back. */
  isClosed(awaited: Awaited): boolean {
    if (blockingState.probes.length === 0) return false;
    let below = false;
    for (const { thread, count } of blockingState.probes.splice(0)) {
      if (thread === this.#thread) {
        if (count >= this.#first) return true;
      } else if (thread < this.#thread) below = true;
      else if (count > (this.#passed.get(thread) ?? 0)) {
        this.#passed.set(thread, count);
        awaited.probe?.(thread, count);
      }
    }
    if (below) this.ask(awaited);
    return false;
  }
}
