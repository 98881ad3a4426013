/**
 * Says when a worker is worn, and must be renewed: by `maxCalls`, `maxAge` or `maxMemory`. While
 * its successor starts, it goes on up to twice that limit; then it is worn out.
 */
import { applicationTimer } from '../../core/internal.js';
import { now } from '../support/now.js';
import type { PoolSettings } from './pool-settings.js';
import type { Slot } from './slot.js';

/** The least time between two questions for the memory of one worker. */
const MEMORY_PAUSE_MS = 100;
/** A worker takes no more calls at this multiple of a limit. */
const WORN_OUT = 2;

export class WearCheck {
  readonly #settings: Pick<PoolSettings, 'maxCalls' | 'maxAgeMs' | 'maxMemory'>;
  readonly #renew: (slot: Slot) => void;
  /** For each worker whose age is limited: a function that stops its timer. */
  readonly #stopTimers = new Map<Slot, () => void>();
  /** When each worker was asked for its memory last. */
  readonly #askedAt = new WeakMap<Slot, number>();

  constructor(
    settings: Pick<PoolSettings, 'maxCalls' | 'maxAgeMs' | 'maxMemory'>,
    renew: (slot: Slot) => void,
  ) {
    this.#settings = settings;
    this.#renew = renew;
  }

  /** A worker takes calls from now on. */
  onReady(slot: Slot): void {
    // Calls to all workers may have waited for it.
    this.onUsed(slot);
    const { maxAgeMs } = this.#settings;
    if (maxAgeMs === Infinity) return;
    const stopTimer = applicationTimer(maxAgeMs, () => {
      this.#renew(slot);
    });
    const stopSecondTimer = applicationTimer(WORN_OUT * maxAgeMs, () => {
      slot.wornOut();
    });
    this.#stopTimers.set(slot, () => {
      stopTimer();
      stopSecondTimer();
    });
  }

  /** No worker takes calls here any more: a timer would keep the slot in memory until it fires. */
  onEnded(slot: Slot): void {
    this.#stopTimers.get(slot)?.();
    this.#stopTimers.delete(slot);
  }

  /** The pool stops. */
  stop(): void {
    for (const slot of [...this.#stopTimers.keys()]) this.onEnded(slot);
  }

  /** The worker was sent a call or a post. */
  onUsed(slot: Slot): void {
    const { maxCalls } = this.#settings;
    if (slot.used < maxCalls) return;
    if (slot.used >= WORN_OUT * maxCalls) slot.wornOut();
    this.#renew(slot);
  }

  /** A call of the worker has settled. */
  onFree(slot: Slot): void {
    if (this.#settings.maxMemory < Infinity) void this.#checkMemory(slot);
  }

  async #checkMemory(slot: Slot): Promise<void> {
    const time = now();
    if (time - (this.#askedAt.get(slot) ?? -Infinity) < MEMORY_PAUSE_MS) return;
    this.#askedAt.set(slot, time);
    // If the worker has ended, there is nothing to check.
    const bytes = await slot.child.memory().catch(() => 0);
    const { maxMemory } = this.#settings;
    if (bytes <= maxMemory) return;
    if (bytes > WORN_OUT * maxMemory) slot.wornOut();
    this.#renew(slot);
  }
}
