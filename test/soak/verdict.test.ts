/** A run is judged by its samples: what must be flat, and what may change. */
import { expect, test } from '@jest/globals';
import { verdict, type Outcomes, type Sample } from './verdict.mjs';

const LENGTH = 40;
const SECONDS = 5;

const outcomes = (p50: number, timed = 100): Outcomes => ({
  outcomes: { ok: timed },
  timed,
  ms: { p50, p90: 2 * p50, p99: 3 * p50, max: 4 * p50 },
});

/** The samples of a run of which nothing grows, but for what `change` does to each. */
const run = (change: (sample: Sample, at: number) => void = () => {}): Sample[] =>
  Array.from({ length: LENGTH }, (_, at) => {
    const sample: Sample = {
      second: at * SECONDS,
      seconds: SECONDS,
      counts: { main: { heap: 9_000_000, ports: 33, objects: 33_000 }, hub: { clients: 1 } },
      process: { memory: 150_000_000, threads: 17, descriptors: 45, handles: 2 },
      kinds: {
        'plain port': outcomes(0.1, 240),
        request: outcomes(0.15),
        visitor: outcomes(20, 2),
      },
    };
    change(sample, at);
    return sample;
  });

const growing = (samples: Sample[]): string[] =>
  verdict(samples)
    .filter(({ grows }) => grows)
    .map(({ name }) => name);

test('everything that must be flat is judged', () => {
  const names = verdict(run()).map(({ name }) => name);
  expect(names).toEqual([
    ...['memory', 'threads', 'descriptors', 'handles'],
    ...['main heap', 'main ports', 'main objects', 'hub clients'],
    ...['request p50', 'request p99'],
    // Two in an interval have no 99th percentile.
    'visitor p50',
  ]);
  expect(growing(run())).toEqual([]);
});

test.each<[string, string, (sample: Sample, at: number) => void]>([
  [
    'a client every five seconds',
    'hub clients',
    ({ counts }, at) => (counts['hub']!['clients'] = at),
  ],
  [
    'a port every five seconds',
    'main ports',
    ({ counts }, at) => (counts['main']!['ports'] = 33 + at),
  ],
  ['two objects', 'main objects', ({ counts }, at) => (counts['main']!['objects']! += 2 * at)],
  ['a heap', 'main heap', ({ counts }, at) => (counts['main']!['heap']! += 40_000 * at)],
  ['memory', 'memory', ({ process }, at) => (process['memory']! += 2_000_000 * at)],
  ['a median', 'visitor p50', ({ kinds }, at) => (kinds['visitor'] = outcomes(20 + at, 2))],
])('%s: grows', (_, name, change) => {
  expect(growing(run(change))).toEqual([name]);
});

test('what grows in the warm-up alone is flat', () => {
  const warm = run(({ counts }, at) => {
    counts['main']!['objects']! += 1000 * Math.min(at, LENGTH / 4);
  });
  expect(growing(warm)).toEqual([]);
});

test('on a machine that becomes slower, latencies that grow as the yardstick does are flat', () => {
  const slower = run(({ kinds }, at) => {
    for (const kind of Object.keys(kinds)) kinds[kind] = outcomes(1 + at, 240);
  });
  expect(growing(slower)).toEqual([]);
});

test('a kind of operation that is missing in some samples is judged by the others', () => {
  const sparse = run(({ kinds }, at) => {
    if (at % 2 === 0) delete kinds['visitor'];
    else kinds['visitor'] = outcomes(20 + at, 2);
  });
  expect(growing(sparse)).toEqual(['visitor p50']);
});

test('latencies are not judged by intervals in which the machine had no time for the soak', () => {
  const late = (busy: boolean): Sample[] =>
    run(({ kinds }, at) => {
      if (at < LENGTH / 2) return;
      kinds['request'] = outcomes(10);
      if (busy) kinds['plain port'] = outcomes(0.1, 50);
    });
  expect(growing(late(true))).toEqual([]);
  expect(growing(late(false))).toEqual(['request p50', 'request p99']);
});
