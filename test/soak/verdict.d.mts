import type { Trend } from './trend.mjs';

export interface Outcomes {
  outcomes: Record<string, number>;
  timed: number;
  /** The percentiles in milliseconds: `p50`, `p90`, `p99`, `max`. */
  ms: Record<string, number>;
}

export interface Sample {
  /** Since the begin of the run. */
  second: number;
  /** How long the load of this sample lasted. */
  seconds: number;
  counts: Record<string, Record<string, number>>;
  process: Record<string, number>;
  kinds: Record<string, Outcomes>;
}

export function verdict(samples: readonly Sample[]): ({ name: string } & Trend)[];
