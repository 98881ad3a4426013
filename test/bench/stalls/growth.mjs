// For a test: how much more processor time one scenario takes for 2n than for n, and for 4n than
// for 2n. The least of several runs counts, as whatever else the machine does only adds to it.
import { scenarios, turn } from './scenarios.mjs';

const [name] = process.argv.slice(2);
const NUMBERS = [4_000, 8_000, 16_000];
const MOST_RUNS = 24;
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

await time(NUMBERS[0]);
const least = NUMBERS.map(() => Infinity);
let growth;
for (let runs = 0; runs < MOST_RUNS; runs++) {
  for (const [at, n] of NUMBERS.entries()) least[at] = Math.min(least[at], await time(n));
  growth = [least[1] / least[0], least[2] / least[1]];
  if (runs > 0 && growth.every((each) => each <= LINEAR)) break;
}
console.log(JSON.stringify(growth));
process.exit();
