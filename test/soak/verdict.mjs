// Which series of a run must be flat, and how much growth is none.
import { quantile, trend } from './trend.mjs';

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** The share of a run that is warm-up: code is compiled, caches and pools are filled. */
const WARM_UP = 0.25;
/** Seconds. */
const LONGEST_WARM_UP = 300;
/** With fewer operations in an interval, their 99th percentile is the slowest of them. */
const ENOUGH_FOR_P99 = 40;
/** The kind of operation that this package has no part in. */
const YARDSTICK = 'plain port';

/** Per second, if nothing delays it; see system/operations/all.mjs. */
const YARDSTICK_RATE = 50;
/**
 * With less than this share of the yardstick's rate, the machine had no time for the soak in that
 * interval, and latencies say nothing about it.
 */
const STARVED = 0.3;

/** By the last word of a series' name. */
const TOLERANCES = {
  heap: { relative: 0.05, absolute: 200 * KIB },
  memory: { relative: 0.15, absolute: 10 * MIB },
  // A leak adds at least one object each time, and all else comes and goes.
  objects: { absolute: 25 },
  ports: { absolute: 5 },
  transports: { absolute: 5 },
  clients: { absolute: 5 },
  locks: { absolute: 5 },
  threads: { absolute: 3 },
  descriptors: { absolute: 5 },
  handles: { absolute: 3 },
  // Relative to the yardstick, because the machine has other work as well.
  p50: { relative: 0.5, absolute: 0.5 },
  p99: { relative: 1, absolute: 2 },
};

const lastWord = (name) => name.slice(name.lastIndexOf(' ') + 1);

/** The samples after the warm-up. */
export function afterWarmUp(samples) {
  const length = samples.at(-1)?.second ?? 0;
  const warm = Math.min(WARM_UP * length, LONGEST_WARM_UP);
  return samples.filter(({ second }) => second > warm);
}

/** Name and values of each count and of each memory. */
export function countSeries(samples) {
  const names = new Set();
  const rows = samples.map(({ counts, process }) => {
    const row = { ...process };
    for (const [thread, each] of Object.entries(counts)) {
      for (const [name, value] of Object.entries(each)) row[`${thread} ${name}`] = value;
    }
    for (const name of Object.keys(row)) names.add(name);
    return row;
  });
  return [...names].map((name) => ({ name, values: rows.map((row) => row[name]) }));
}

/** Name and values of a percentile of each kind of operation; undefined where there was none. */
export const latencySeries = (samples, percentile) =>
  kindsOf(samples).map((kind) => ({
    name: `${kind} ${percentile}`,
    values: samples.map(({ kinds }) => kinds[kind]?.ms[percentile]),
  }));

function kindsOf(samples) {
  const kinds = new Set();
  for (const sample of samples) {
    for (const [kind, { timed }] of Object.entries(sample.kinds)) if (timed > 0) kinds.add(kind);
  }
  return [...kinds];
}

/** How often a kind of operation ends in an interval. */
function usual(samples, kind) {
  const counts = samples.map(({ kinds }) => kinds[kind]?.timed ?? 0).sort((a, b) => a - b);
  return quantile(counts, 0.5);
}

const isStarved = ({ kinds, seconds }) =>
  (kinds[YARDSTICK]?.timed ?? 0) < STARVED * YARDSTICK_RATE * seconds;

/** Latencies as multiples of the yardstick's in the same interval. */
function relativeLatencies(all) {
  const samples = all.filter((sample) => !isStarved(sample));
  return kindsOf(samples)
    .filter((kind) => kind !== YARDSTICK)
    .flatMap((kind) => {
      const percentiles = usual(samples, kind) < ENOUGH_FOR_P99 ? ['p50'] : ['p50', 'p99'];
      return percentiles.map((percentile) => ({
        name: `${kind} ${percentile}`,
        values: samples
          .filter(({ kinds }) => kinds[kind]?.timed > 0)
          .map(({ kinds }) => kinds[kind].ms[percentile] / kinds[YARDSTICK].ms[percentile]),
      }));
    });
}

/**
 * @returns for each series that is judged `{ name, level, allowed, growth, grows }`.
 */
export function verdict(samples) {
  const judged = afterWarmUp(samples);
  return [...countSeries(judged), ...relativeLatencies(judged)].flatMap(({ name, values }) => {
    const tolerance = TOLERANCES[lastWord(name)];
    const known = values.filter((value) => value !== undefined);
    if (tolerance === undefined || known.length === 0) return [];
    return [{ name, ...trend(known, tolerance) }];
  });
}
