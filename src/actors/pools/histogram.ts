/**
 * Each step is so much more than the one before: what is told is at most 19 % above what was
 * measured.
 */
const STEP = 2 ** 0.25;
/** Milliseconds; the first step. */
const MIN_MS = 0.001;
const STEPS = 160;

/** Milliseconds. `median` and the others: so many of a hundred took at most that. */
export interface Latency {
  count: number;
  median: number;
  p90: number;
  p99: number;
  max: number;
}

/** How long calls took, in steps that grow with the time. */
export class Histogram {
  readonly #counts = new Uint32Array(STEPS);
  #count = 0;
  #max = 0;

  add(ms: number): void {
    const step = Math.ceil(Math.log(Math.max(ms, MIN_MS) / MIN_MS) / Math.log(STEP));
    const at = Math.min(step, STEPS - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#count++;
    this.#max = Math.max(this.#max, ms);
  }

  get latency(): Latency {
    const at = (share: number): number => Math.min(this.#at(share), this.#max);
    return { count: this.#count, median: at(0.5), p90: at(0.9), p99: at(0.99), max: this.#max };
  }

  #at(share: number): number {
    let rest = share * this.#count;
    const step = this.#counts.findIndex((count) => (rest -= count) <= 0);
    return MIN_MS * STEP ** Math.max(step, 0);
  }
}
