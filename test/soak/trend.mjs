// Whether a series of samples grows, by robust statistics.
//
// Two questions are asked, and each is answered by a lower confidence bound, so that neither noise
// nor a few outliers count as growth:
//
// - Does it grow steadily? The slope is Theil and Sen's, the median of the slopes of all pairs,
//   with Sen's bound from the variance of Kendall's statistic. Times the length of the run, it is
//   a growth.
// - Does it stay higher than it was? The shift from the first third to the last third is Hodges
//   and Lehmann's, the median of the differences of all pairs, with the bound of the rank-sum
//   test. This finds a step, which the median of slopes hardly shows.
//
// The series has grown if either bound exceeds the tolerance: a share of the level that it had in
// the first third, or an absolute amount where that level is small. So growth must be both certain
// and large enough to matter. What rises and falls, as a heap between two collections does, has no
// certain growth. The bounds assume that samples do not depend on each other, but successive ones
// do; therefore a long series is reduced to the medians of at most 24 blocks first. A step within
// the last third of a run is not found.

/** Standard deviations of the one-sided bounds: one error in 740 for independent noise. */
const Z = 3;
const MAX_BLOCKS = 24;
/** With fewer points, the bounds say nothing. */
const MIN_POINTS = 9;

const ascending = (values) => values.toSorted((a, b) => a - b);

/** The value of a sorted series at a share from 0 to 1. */
export const quantile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

export function median(values) {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The medians of at most `most` blocks of about the same length. */
export function blockMedians(values, most = MAX_BLOCKS) {
  const count = Math.min(most, values.length);
  const edge = (block) => Math.round((block * values.length) / count);
  return Array.from({ length: count }, (_, block) =>
    median(values.slice(edge(block), edge(block + 1))),
  );
}

/** The value at the position; the least one if the bound lies below them all. */
const bound = (values, position) => ascending(values)[Math.max(0, Math.floor(position))];

/** The lower bound of the growth over the whole series, by slope. */
function leastSteadyGrowth(points) {
  const n = points.length;
  const slopes = [];
  for (let from = 0; from < n; from++) {
    for (let to = from + 1; to < n; to++) slopes.push((points[to] - points[from]) / (to - from));
  }
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  return bound(slopes, (slopes.length - Z * deviation) / 2) * (n - 1);
}

/** The lower bound of the shift from the first to the last third. */
function leastShift(points) {
  const third = Math.floor(points.length / 3);
  const differences = points
    .slice(-third)
    .flatMap((late) => points.slice(0, third).map((early) => late - early));
  const deviation = Math.sqrt((third * third * (2 * third + 1)) / 12);
  return bound(differences, differences.length / 2 - Z * deviation);
}

/**
 * @param values samples at equal intervals, after warm-up
 * @param tolerance `relative`: a share of the level; `absolute`: in the unit of the samples. The
 * larger of the two counts.
 * @returns `growth`: the larger of the two lower bounds; undefined if there are too few samples.
 */
export function trend(values, { relative = 0, absolute = 0 }) {
  const points = blockMedians(values);
  const level = median(values.slice(0, Math.ceil(values.length / 3)));
  const allowed = Math.max(relative * Math.abs(level), absolute);
  if (points.length < MIN_POINTS) return { level, allowed, growth: undefined, grows: false };
  const growth = Math.max(leastSteadyGrowth(points), leastShift(points));
  return { level, allowed, growth, grows: growth > allowed };
}
