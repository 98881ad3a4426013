// For a test: how much more processor time one scenario takes for 2n than for n, and for 4n than
// for 2n: by the medians of several runs or by the least ones, whichever grows less. On a busy
// machine either may stray; what grows faster than its number does so in both.
import { scenarios, turn } from './scenarios.mjs';

const [name] = process.argv.slice(2);
const SMALLEST = 4_000;
const LARGEST = 32_000;
/**
 * Microseconds that n of something take at least: the clock of processor time may tick every 4 ms.
 */
const MEASURABLE = 40_000;
/** The first runs are slower, as their code is not compiled yet. */
const WARM_UP_RUNS = 3;
const MIN_RUNS = 3;
const MAX_RUNS = 24;
const LINEAR = 2.5;

async function time(n) {
  const [run, end] = [await scenarios[name](n)].flat();
  globalThis.gc?.();
  await turn();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  end?.();
  await turn();
  return user + system;
}

/** The middle one of the times that n of something took. */
function median(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const steps = ([once, twice, fourTimes]) => [twice / once, fourTimes / twice];

async function usualTime(n) {
  const times = [];
  for (let run = 0; run < WARM_UP_RUNS; run++) times.push(await time(n));
  return median(times);
}

let base = SMALLEST;
while ((await usualTime(base)) < MEASURABLE && base < LARGEST) base *= 2;
const numbers = [base, 2 * base, 4 * base];
const times = numbers.map(() => []);
let growth;
for (let runs = 1; runs <= MAX_RUNS; runs++) {
  for (const [at, n] of numbers.entries()) times[at].push(await time(n));
  const ofMedians = steps(times.map(median));
  const ofLeast = steps(times.map((each) => Math.min(...each)));
  growth = ofMedians.map((step, at) => Math.min(step, ofLeast[at]));
  if (runs >= MIN_RUNS && growth.every((each) => each <= LINEAR)) break;
}
console.log(JSON.stringify(growth));
process.exit();
