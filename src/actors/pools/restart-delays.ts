/** How long a slot of a pool waits before it starts a worker again. */
import { now } from '../support/now.js';
import { MAX_BACKOFF_MS, type RestartOptions } from '../supervision/restart-policy.js';

/** Without `backoff`: the first restart comes at once, the second after this time. */
const INITIAL_MS = 50;
const MAX_DELAY_MS = 5000;
/** If a worker has run for at least this time, its failure counts as the first one. */
const STABLE_MS = 5000;

export class RestartDelays {
  readonly #backoff: RestartOptions['backoff'];
  /** Failures that followed one another. */
  #failures = 0;
  /** Since when the worker takes calls. */
  #readySince: number | undefined = undefined;

  constructor(backoff: RestartOptions['backoff']) {
    this.#backoff = backoff;
  }

  get failures(): number {
    return this.#failures;
  }

  /** The worker takes calls from now on. */
  onReady(): void {
    this.#readySince = now();
  }

  /** The worker failed, or did not come up: returns the milliseconds to wait before the restart. */
  next(): number {
    const time = now();
    const wasStable = this.#readySince !== undefined && time - this.#readySince >= STABLE_MS;
    this.#failures = wasStable ? 1 : this.#failures + 1;
    this.#readySince = undefined;
    if (this.#backoff === undefined) {
      return this.#failures === 1
        ? 0
        : Math.min(INITIAL_MS * 2 ** (this.#failures - 2), MAX_DELAY_MS);
    }
    const { initial, max = MAX_BACKOFF_MS } = this.#backoff;
    return Math.min(initial * 2 ** (this.#failures - 1), max);
  }
}
