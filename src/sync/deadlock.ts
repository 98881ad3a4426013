/**
 * Threads that block on one another in a circle would wait without end. Each of them knows only
 * what it waits for itself, so it sends a PROBE to the thread that must reply, which forwards it to
 * the thread that it waits for, and so on. If a PROBE comes back to the thread that sent it, there
 * is a circle: each forwarding thread was blocked and owed a reply to the thread before it, so none
 * of them can continue before the sender does.
 *
 * One thread is enough to break a circle: the one with the highest number. A thread forwards only
 * the probes of threads with higher numbers. For the probe of a lower one it sends its own instead.
 */
import { blockingState } from '../node/inbound-ports.js';
import type { Awaited } from './blocker.js';

export class DeadlockDetector {
  readonly #thread: number;
  readonly #probes = blockingState().probes;
  #count = 0;
  /** The first of our probes that belongs to the present call: an older one proves nothing. */
  #firstOfCall = 0;
  /** The last probe of each thread that was forwarded: no probe passes through here twice. */
  readonly #forwarded = new Map<number, number>();

  constructor(thread: number) {
    this.#thread = thread;
  }

  /** A call begins, or a call inside another one has returned. */
  begin(): void {
    this.#firstOfCall = this.#count + 1;
    this.#forwarded.clear();
    this.#probes.length = 0;
  }

  startProbe(awaited: Awaited): void {
    awaited.sendProbe?.(this.#thread, ++this.#count);
  }

  /** Handles the probes that have come in; true if one of our own has come back. */
  findsCircle(awaited: Awaited): boolean {
    if (this.#probes.length === 0) return false;
    let isLower = false;
    for (const { thread, count } of this.#probes.splice(0)) {
      if (thread === this.#thread) {
        if (count >= this.#firstOfCall) return true;
      } else if (thread < this.#thread) isLower = true;
      else if (count > (this.#forwarded.get(thread) ?? 0)) {
        this.#forwarded.set(thread, count);
        awaited.sendProbe?.(thread, count);
      }
    }
    if (isLower) this.startProbe(awaited);
    return false;
  }
}
