/** How often children are started again, and how soon. */
import { later, raise } from '../../core/internal.js';
import { performance } from '../clock.js';

export interface RestartOptions {
  /** Default 3 restarts within 5000 milliseconds; one more, and whoever does it gives up. */
  intensity?: { restarts: number; within: number } | undefined;
  /**
   * Milliseconds to wait before a child is started again: `first`, doubled each time while restarts
   * follow one another within the time of `intensity`, at most `most` (default 30,000). Default:
   * none.
   */
  backoff?: { initial: number; max?: number | undefined } | undefined;
}

const MAX_BACKOFF_MS = 30_000;

export class RestartPolicy {
  readonly #maxRestarts: number;
  readonly #within: number;
  readonly #initialBackoff: number;
  readonly #maxBackoff: number;
  /** When there were any, by performance.now(): the time of day may be set. */
  #times: number[] = [];

  /** Throws `InvalidArgument` for `entry` where the options make no sense. */
  constructor(stackStartFn: unknown, { intensity, backoff }: RestartOptions) {
    const { restarts, within } = intensity ?? { restarts: 3, within: 5000 };
    const { initial = 0, max = MAX_BACKOFF_MS } = backoff ?? {};
    if (![restarts, within, initial, max].every((number) => number >= 0)) {
      raise(stackStartFn, 'InvalidArgument', 'intensity and backoff take numbers, 0 or more');
    }
    this.#maxRestarts = restarts;
    this.#within = within;
    this.#initialBackoff = initial;
    this.#maxBackoff = max;
  }

  /** One more; returns how long to wait before it, or undefined if it is one too many. */
  next(): number | undefined {
    const now = performance.now();
    this.#times = [...this.#times.filter((time) => time > now - this.#within), now];
    if (this.#times.length > this.#maxRestarts) return undefined;
    return Math.min(this.#initialBackoff * 2 ** (this.#times.length - 1), this.#maxBackoff);
  }

  /** After next() has said so. */
  get tooMany(): string {
    return `there were ${String(this.#maxRestarts)} restarts within ${String(this.#within)} ms`;
  }
}

/** Calls that wait meanwhile keep a Node process alive, this does not. */
export const pause = (ms: number): Promise<void> | undefined =>
  ms > 0
    ? new Promise((resolve) => {
        later(ms, resolve);
      })
    : undefined;
