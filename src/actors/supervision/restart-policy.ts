/** How often children are restarted, and after what delay. */
import { globals, later, raise } from '../../core/internal.js';

export interface RestartOptions {
  /**
   * How many restarts are allowed `within` a number of milliseconds; with one more, the supervisor
   * or pool gives up. Default 3 restarts within 5000 milliseconds.
   */
  intensity?: { restarts: number; within: number } | undefined;
  /**
   * Milliseconds to wait before a restart: `initial`, doubled for each restart within the time of
   * `intensity`, at most `max` (default 30,000). Default no delay.
   */
  backoff?: { initial: number; max?: number | undefined } | undefined;
}

const MAX_BACKOFF_MS = 30_000;

export class RestartPolicy {
  readonly #maxRestarts: number;
  readonly #withinMs: number;
  readonly #initialBackoff: number;
  readonly #maxBackoff: number;
  /** The times of recent restarts by performance.now(), which no clock change affects. */
  #times: number[] = [];

  /** Throws `InvalidArgument` if an option is invalid. */
  constructor(stackStartFn: unknown, { intensity, backoff }: RestartOptions) {
    const { restarts, within } = intensity ?? { restarts: 3, within: 5000 };
    const { initial = 0, max = MAX_BACKOFF_MS } = backoff ?? {};
    if (![restarts, within, initial, max].every((number) => number >= 0)) {
      raise(
        stackStartFn,
        'InvalidArgument',
        'restarts, within, initial and max of intensity and backoff must be numbers, 0 or more',
      );
    }
    this.#maxRestarts = restarts;
    this.#withinMs = within;
    this.#initialBackoff = initial;
    this.#maxBackoff = max;
  }

  /** Counts a restart; returns the milliseconds before it, or undefined if it is one too many. */
  next(): number | undefined {
    const now = globals.performance.now();
    this.#times = [...this.#times.filter((time) => time > now - this.#withinMs), now];
    if (this.#times.length > this.#maxRestarts) return undefined;
    return Math.min(this.#initialBackoff * 2 ** (this.#times.length - 1), this.#maxBackoff);
  }

  /** The limit in words, for the error after next() has returned undefined. */
  get limit(): string {
    return `more than ${String(this.#maxRestarts)} restarts within ${String(this.#withinMs)} ms`;
  }
}

/** Does not keep a Node process alive; calls that wait meanwhile do. */
export const pause = (ms: number): Promise<void> | undefined =>
  ms > 0
    ? new Promise((resolve) => {
        later(ms, resolve);
      })
    : undefined;
