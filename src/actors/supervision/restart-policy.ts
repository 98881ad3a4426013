import { applicationTimer, UmpError } from '../../core/internal.js';
import { now } from '../support/now.js';
import { checkNotNegative } from '../support/check-options.js';

/** How often children are restarted, and after what delay. */
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

/** The default of `backoff.max`. */
export const MAX_BACKOFF_MS = 30_000;

export class RestartPolicy {
  readonly #maxRestarts: number;
  readonly #withinMs: number;
  readonly #initialBackoff: number;
  readonly #maxBackoff: number;
  /** The times of recent restarts. */
  #times: number[] = [];

  /** Throws `InvalidArgument` if an option is invalid. */
  constructor(stackStartFn: unknown, { intensity, backoff }: RestartOptions) {
    const { restarts, within } = intensity ?? { restarts: 3, within: 5000 };
    const { initial = 0, max = MAX_BACKOFF_MS } = backoff ?? {};
    checkNotNegative(stackStartFn, 'restarts, within, initial and max of intensity and backoff', [
      restarts,
      within,
      initial,
      max,
    ]);
    this.#maxRestarts = restarts;
    this.#withinMs = within;
    this.#initialBackoff = initial;
    this.#maxBackoff = max;
  }

  /** Counts a restart; returns the milliseconds before it, or undefined if it is one too many. */
  next(): number | undefined {
    const time = now();
    this.#times = [...this.#times.filter((each) => each > time - this.#withinMs), time];
    if (this.#times.length > this.#maxRestarts) return undefined;
    return Math.min(this.#initialBackoff * 2 ** (this.#times.length - 1), this.#maxBackoff);
  }

  /** The error of a supervisor or a pool that gives up, after next() has returned undefined. */
  tooManyRestarts(lastEnded: string, cause: unknown): UmpError {
    const limit = `${String(this.#maxRestarts)} restarts within ${String(this.#withinMs)} ms`;
    const message = `${lastEnded} has ended, and ${limit} are used up`;
    return new UmpError('ServerDisappeared', message, { cause });
  }
}

/**
 * Waits before a restart; after a failure for one turn of the event loop at least, because a start
 * that fails at once, again and again, would block the thread. Does not keep a Node process alive;
 * calls that wait meanwhile do.
 */
export const pause = (ms: number, afterFailure: boolean): Promise<void> | undefined =>
  ms > 0 || afterFailure
    ? new Promise((resolve) => {
        applicationTimer(ms, resolve);
      })
    : undefined;
