/** Each bucket is 19 % wider than the one before, so reported values are at most 19 % too high. */
const GROWTH = 2 ** 0.25;
const LOG_OF_GROWTH = Math.log(GROWTH);
/** The upper bound of the first bucket, in milliseconds. */
const MIN_MS = 0.001;
const BUCKETS = 160;

/** How long requests took, in milliseconds. */
export interface Latency {
  /** How many requests have settled. */
  count: number;
  /** 50 % of the requests took at most this long; at most 19 % too high, as are `p90` and `p99`. */
  median: number;
  /** 90 % of the requests took at most this long. */
  p90: number;
  /** 99 % of the requests took at most this long. */
  p99: number;
  /** The longest time, exactly. */
  max: number;
}

/** Counts durations in buckets of growing width. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #max = 0;

  add(ms: number): void {
    const bucket = ms <= MIN_MS ? 0 : Math.ceil(Math.log(ms / MIN_MS) / LOG_OF_GROWTH);
    const index = Math.min(bucket, BUCKETS - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count++;
    this.#max = Math.max(this.#max, ms);
  }

  get latency(): Latency {
    const quantile = (share: number): number => Math.min(this.#quantile(share), this.#max);
    return {
      count: this.#count,
      median: quantile(0.5),
      p90: quantile(0.9),
      p99: quantile(0.99),
      max: this.#max,
    };
  }

  /** The upper bound of the bucket in which this share of all durations is reached. */
  #quantile(share: number): number {
    let remaining = share * this.#count;
    const bucket = this.#counts.findIndex((count) => (remaining -= count) <= 0);
    return MIN_MS * GROWTH ** Math.max(bucket, 0);
  }
}
