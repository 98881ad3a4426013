/** How often children are started again, and how soon. */
import { raise } from '../../core/errors.js';
import { later } from '../../core/platform.js';
import { performance } from '../clock.js';

export interface RestartOptions {
  /** Default 3 restarts within 5000 milliseconds; one more, and whoever does it gives up. */
  intensity?: { restarts: number; within: number } | undefined;
  /**
   * Milliseconds to wait before a child is started again: `first`, doubled each time while restarts
   * follow one another within the time of `intensity`, at most `most` (default 30,000). Default:
   * none.
   */
  backoff?: { first: number; most?: number | undefined } | undefined;
}

const LONGEST_BACKOFF = 30_000;

export class Restarts {
  readonly #most: number;
  readonly #within: number;
  readonly #first: number;
  readonly #longest: number;
  /** When there were any, by performance.now(): the time of day may be set. */
  #times: number[] = [];

  /** Throws `NotSupported` for `entry` where the options make no sense. */
  constructor(entry: unknown, { intensity, backoff }: RestartOptions) {
    const { restarts, within } = intensity ?? { restarts: 3, within: 5000 };
    const { first = 0, most = LONGEST_BACKOFF } = backoff ?? {};
    if (![restarts, within, first, most].every((number) => number >= 0)) {
      raise(entry, 'NotSupported', 'intensity and backoff take numbers, 0 or more');
    }
    this.#most = restarts;
    this.#within = within;
    this.#first = first;
    this.#longest = most;
  }

  /** One more; returns how long to wait before it, or undefined if it is one too many. */
  next(): number | undefined {
    const now = performance.now();
    this.#times = [...this.#times.filter((time) => time > now - this.#within), now];
    if (this.#times.length > this.#most) return undefined;
    return Math.min(this.#first * 2 ** (this.#times.length - 1), this.#longest);
  }

  /** After next() has said so. */
  get tooMany(): string {
    return `there were ${String(this.#most)} restarts within ${String(this.#within)} ms`;
  }
}

/** Calls that wait meanwhile keep a Node process alive, this does not. */
export const pause = (ms: number): Promise<void> | undefined =>
  ms > 0
    ? new Promise((resolve) => {
        later(ms, resolve);
      })
    : undefined;
