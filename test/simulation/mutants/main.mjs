// Who tests the simulator: writes one fault after the other into the package, and runs fresh seeds
// until the simulator reports something. `npm run mutants` tries all of them; it takes
//   --only WORD     those whose names contain the word
//   --workload NAME those that the scenarios of this workload find: `clients` or `actors`
//   --seconds 60    how long each may take
//   --seed 7        where the seeds begin; each run chooses that by itself otherwise
//   --check         only whether each mutant can still be applied to the sources
// The same seeds are run without a mutant first. Those that fail by themselves do not count, and if
// there are any, a mutant counts as found only once several times as many others have failed.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleSimulator } from '../bundle.mjs';
import { mutantPlugin, mutate } from './apply.mjs';
import { mutants } from './list.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    workload: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
    check: { type: 'boolean', default: false },
  },
});
const seconds = Number(options.seconds);

/** How much longer than that a process may take. */
const GRACE_MS = 30_000;
const AT_ONCE = 2;

/** How much more often a mutant must fail than the sources as they are. */
const FACTOR = 4;

/** How often a bundle has failed so far. */
class Tally {
  scenarios = 0;
  /** The seeds that have failed. */
  seeds = new Set();
  /** How many of these are not among those to be ignored. */
  failures = 0;
  /** The first failure. */
  first = '';
  #started = performance.now();
  #ignored;

  constructor(ignored = new Set()) {
    this.#ignored = ignored;
  }

  get seconds() {
    return (performance.now() - this.#started) / 1000;
  }

  /** Counts what a line of the simulator's output tells. */
  count(line) {
    const [, seed, what] = /^\w+, seed (\d+), (.*)$/.exec(line) ?? [];
    const [, scenarios] = /^(\d+) scenarios, \d+ steps/.exec(line) ?? [];
    if (seed !== undefined) {
      this.scenarios = Number(seed) - Number(options.seed) + 1;
      this.seeds.add(seed);
      if (this.#ignored.has(seed)) return;
      this.failures++;
      this.first ||= ` | seed ${seed} | ${what}`;
    } else if (scenarios !== undefined) this.scenarios = Number(scenarios);
  }

  /** Whether that is far more than the failures of the sources explain. */
  exceeds(original) {
    const expected = (original.failures * this.scenarios) / original.scenarios;
    return this.failures >= 1 + FACTOR * expected;
  }
}

/**
 * Runs scenarios of a workload, and of one setting if it is given, in a process of their own, until
 * the time is over or `isEnough` says so.
 */
async function simulate(name, { workload, setting }, plugins, isEnough, ignored) {
  const bundle = fileURLToPath(await bundleSimulator(`mutants/${name}`, plugins));
  const args = ['--quick', '--failures', 'Infinity', '--seed', options.seed];
  args.push('--workload', workload);
  if (setting !== undefined) args.push('--setting', setting);
  const tally = new Tally(ignored);
  const child = spawn(process.execPath, [bundle, ...args, '--seconds', options.seconds], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A fault may keep a scenario from ending.
    timeout: 1000 * seconds + GRACE_MS,
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    tally.count(line);
    if (isEnough(tally)) child.kill();
  }
  const [code] = await ended;
  if (tally.scenarios === 0) throw new Error(`${name}: the simulator ended with ${code}`);
  return tally;
}

/** @returns whether the mutant was found. */
async function tryMutant(mutant, original) {
  const isEnough = (tally) => tally.exceeds(original);
  const plugins = [mutantPlugin(mutant)];
  const name = mutants.indexOf(mutant);
  const tally = await simulate(name, mutant, plugins, isEnough, original.seeds);
  const { first, failures, scenarios } = tally;
  const isFound = isEnough(tally);
  const time = `${tally.seconds.toFixed(1)} s, ${failures} of ${scenarios} scenarios`;
  console.log(`${isFound ? '✓' : '✗'} ${mutant.name} | ${time}${first}`);
  return isFound;
}

const chosen = mutants.filter(
  ({ name, workload }) =>
    name.includes(options.only) && workload === (options.workload ?? workload),
);
for (const mutant of chosen) mutate(mutant);
if (options.check) for (const { name } of chosen) console.log(name);
else {
  console.log(`${chosen.length} mutants, at most ${seconds} s each, from seed ${options.seed} on`);
  const originals = new Map();
  const kindOf = ({ workload, setting = 'all' }) => `${workload}-${setting}`;
  const tryOriginal = async (mutant) => {
    const kind = kindOf(mutant);
    const original = await simulate(`none-${kind}`, mutant, [], () => false);
    originals.set(kind, original);
    const { failures, scenarios } = original;
    console.log(`${failures} of ${scenarios} scenarios of '${kind}' failed without a mutant`);
  };
  const kinds = new Map(chosen.map((mutant) => [kindOf(mutant), mutant]));
  await Promise.all([...kinds.values()].map(tryOriginal));
  const next = chosen.values();
  let found = 0;
  const lane = async () => {
    for (const mutant of next) if (await tryMutant(mutant, originals.get(kindOf(mutant)))) found++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  console.log(`\n${found} of ${chosen.length} mutants were found`);
  process.exitCode = found === chosen.length ? 0 : 1;
}
