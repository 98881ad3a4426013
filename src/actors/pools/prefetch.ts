/** How many calls a worker has at a time. */

/** The weight of the last call in the moving average of call times. */
const MEAN_WEIGHT = 0.1;
/** The most calls that one worker has at a time, however short they are. */
const MAX_PENDING_CALLS = 256;

export interface PrefetchSettings {
  readonly prefetchMs: number;
  readonly concurrency: number;
}

/**
 * Calls beyond `concurrency` are queued at the worker while they are estimated, from past calls, to
 * take at most `prefetchMs`. So short calls are batched, and calls longer than that are never
 * queued behind each other.
 */
export class Prefetch {
  readonly #settings: PrefetchSettings;
  /** The moving average of call times in milliseconds; undefined before the first call. */
  #meanMs: number | undefined = undefined;
  #lastSettledAt = 0;

  constructor(settings: PrefetchSettings) {
    this.#settings = settings;
  }

  /** Whether one more call may be sent to a worker that has `pending` calls. */
  hasRoom(pending: number): boolean {
    const { prefetchMs, concurrency } = this.#settings;
    const queued = pending + 1 - concurrency;
    if (queued <= 0) return true;
    if (pending >= Math.max(MAX_PENDING_CALLS, concurrency)) return false;
    return (
      prefetchMs === Infinity || (this.#meanMs !== undefined && queued * this.#meanMs <= prefetchMs)
    );
  }

  /**
   * A call's time starts when it is sent, or when the previous call settled, whichever is later.
   */
  onSettled(sentAt: number, settledAt: number): void {
    const ms = settledAt - Math.max(sentAt, this.#lastSettledAt);
    this.#meanMs =
      this.#meanMs === undefined ? ms : this.#meanMs + MEAN_WEIGHT * (ms - this.#meanMs);
    this.#lastSettledAt = settledAt;
  }
}
