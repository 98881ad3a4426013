/** The trend test finds what grows, and nothing else. */
import { describe, expect, test } from '@jest/globals';
import { blockMedians, median, trend } from './trend.mjs';

const LENGTH = 270;
/** Between the tolerance and each growth below is room for the noise. */
const TOLERANCE = { relative: 0.05 };

/** From 0 to 1, the same in each run of a seed. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

type Shape = (at: number, random: () => number) => number;

const series = (shape: Shape, length = LENGTH, seed = 1): number[] => {
  const random = uniform(seed);
  return Array.from({ length }, (_, at) => shape(at, random));
};

/** From -width to width. */
const noise = (random: () => number, width: number): number => width * (2 * random() - 1);

const flat: [string, Shape][] = [
  ['a constant', () => 100],
  ['zeros', () => 0],
  ['noise of a fifth', (_, random) => 100 + noise(random, 20)],
  ['outliers, tenfold', (_, random) => (random() < 0.1 ? 1000 : 100 + noise(random, 5))],
  ['outliers in the last third', (at) => (at > 180 && at % 4 === 0 ? 1000 : 100)],
  ['a heap between collections, many times', (at) => 100 + (at % 12) * 5],
  ['a heap between collections, five times', (at) => 100 + (at % 54)],
  ['a slow wave', (at) => 100 + 20 * Math.sin((at / LENGTH) * 4 * Math.PI)],
  ['a decline', (at) => 200 - at / 3],
  ['a growth below the tolerance', (at, random) => 100 + (3 * at) / LENGTH + noise(random, 1)],
  ['a burst in the middle', (at) => (at > 120 && at < 150 ? 300 : 100)],
];

const growing: [string, Shape][] = [
  ['a slow slope', (at) => 100 + (12 * at) / LENGTH],
  ['a slow slope in noise', (at, random) => 100 + (30 * at) / LENGTH + noise(random, 20)],
  ['a step', (at, random) => (at < 120 ? 100 : 110) + noise(random, 2)],
  ['a step at the begin of the last third', (at) => (at < 178 ? 100 : 110)],
  ['a heap between collections, which leaks', (at) => 100 + (at % 12) * 5 + (40 * at) / LENGTH],
  ['something that never was, and then grows', (at) => Math.max(0, at - 100)],
];

describe('flat', () => {
  test.each(flat)('%s', (_, shape) => {
    expect(trend(series(shape), TOLERANCE).grows).toBe(false);
  });
});

describe('growing', () => {
  test.each(growing)('%s', (_, shape) => {
    expect(trend(series(shape), TOLERANCE).grows).toBe(true);
  });
});

describe('a short run', () => {
  test('of noise is flat, whatever the noise', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const values = series((_, random) => 100 + noise(random, 30), 15, seed);
      expect(trend(values, TOLERANCE)).toMatchObject({ grows: false });
    }
  });

  test('with one more object in each sample grows', () => {
    expect(
      trend(
        series((at) => 30 + at, 12),
        { absolute: 5 },
      ).grows,
    ).toBe(true);
  });

  test('with too few samples is not judged', () => {
    const { growth, grows } = trend([1, 2, 3, 4, 5, 6, 7, 8], TOLERANCE);
    expect({ growth, grows }).toEqual({ growth: undefined, grows: false });
  });
});

test('the absolute tolerance counts where it is the larger one', () => {
  const values = series((at) => 100 + (20 * at) / LENGTH);
  expect(trend(values, { relative: 0.01, absolute: 30 }).grows).toBe(false);
  expect(trend(values, { relative: 0.01, absolute: 5 }).grows).toBe(true);
});

test('the result says how much is certain, and how much is allowed', () => {
  const { level, allowed, growth } = trend(
    series((at) => 100 + at),
    TOLERANCE,
  );
  expect(level).toBe(144.5);
  expect(allowed).toBeCloseTo(7.2, 1);
  expect(growth).toBeGreaterThan(240);
  expect(growth).toBeLessThan(LENGTH);
});

test('medians', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(blockMedians([1, 2, 3, 10, 20, 30], 2)).toEqual([2, 20]);
  expect(blockMedians([1, 2], 24)).toEqual([1, 2]);
});
