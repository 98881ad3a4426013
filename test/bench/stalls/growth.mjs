// For a test: how much more processor time one scenario takes for 2n than for n, and for 4n than
// for 2n. The least of several runs counts, as whatever else the machine does only adds to it.
import { scenarios, turn } from './scenarios.mjs';

const [name] = process.argv.slice(2);
const SMALLEST = 4_000;
const LARGEST = 32_000;
/**
 * Microseconds that n of something take at least: in less, a single garbage collection shows as
 * growth.
 */
const MEASURABLE = 60_000;
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

let base = SMALLEST;
while ((await time(base)) < MEASURABLE && base < LARGEST) base *= 2;
const numbers = [base, 2 * base, 4 * base];
const least = numbers.map(() => Infinity);
let growth;
for (let runs = 0; runs < MAX_RUNS; runs++) {
  for (const [at, n] of numbers.entries()) least[at] = Math.min(least[at], await time(n));
  growth = [least[1] / least[0], least[2] / least[1]];
  if (runs > 0 && growth.every((each) => each <= LINEAR)) break;
}
console.log(JSON.stringify(growth));
process.exit();
