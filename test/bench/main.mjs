// How ump-ng and its peers compare with a postMessage echo written by hand. A report, not a test:
// it says whether the bounds hold, and never fails because they do not. See docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { compare } from './measure.mjs';
import { scenarios } from './scenarios.mjs';
import { table } from './table.mjs';

const OURS = ['ump', 'ump-wait', 'ump-spin'];
/** Raw against itself: how far from 1 a ratio strays by chance. */
const CONTROL = 'raw';
const CONTENDERS = [CONTROL, ...OURS, 'comlink', 'ump-comlink', 'birpc', 'workerpool'];
/** Bounds of one contender in place of those of the scenario. */
const OWN_BOUNDS = { 'ump-spin': { 'small, 1 in flight': 0.4 } };
/** What a contender is compared with, where that is not raw. */
const YARDSTICKS = { 'ump-comlink': 'comlink' };

const USAGE = `npm run bench -- [options]
  --quick            ump-ng against raw only, in fewer rounds
  --only CONTENDER   one of ${CONTENDERS.join(', ')}; may be repeated
  --scenario TEXT    those whose name contains TEXT
  --json FILE        writes the figures to FILE as well`;

const FULL = { rounds: 60, launches: 20, warmUp: 250, sample: 15, apart: true };
const QUICK = { rounds: 30, launches: 10, warmUp: 200, sample: 15, apart: true };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    scenario: { type: 'string', default: '' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const progress = (text) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

const load = (name) => import(`./contenders/${name}.mjs`);

async function run() {
  const effort = options.quick ? QUICK : FULL;
  const names = options.only ?? (options.quick ? [CONTROL, ...OURS] : CONTENDERS);
  const unknown = names.find((name) => !CONTENDERS.includes(name));
  if (unknown !== undefined) throw new Error(`no contender is called ${unknown}\n${USAGE}`);
  const results = [];
  for (const scenario of scenarios.filter(({ name }) => name.includes(options.scenario))) {
    for (const name of names) {
      progress(`${scenario.name}: ${name}`);
      const { open } = await load(name);
      const yardstick = await load(YARDSTICKS[name] ?? 'raw');
      const result = await compare(scenario, yardstick, { name, open }, effort);
      if (result === undefined) continue;
      // Bounds are what this project promises, not what its peers do.
      const promised = OURS.includes(name) ? result.bound : undefined;
      results.push({ ...result, bound: OWN_BOUNDS[name]?.[scenario.name] ?? promised });
    }
  }
  progress('');

  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  };
  console.log(`Node ${machine.node}, ${machine.cores} × ${machine.cpu}; ${effort.rounds} pairs\n`);
  console.log(table(results));
  console.log(
    '\nµs: ratio of times to raw, less is better. k/s: ratio of throughputs, more is better.' +
      '\nump-comlink is compared with comlink instead of raw.' +
      '\nThe rows of raw show how far a ratio strays by chance.',
  );
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ ...machine, effort, results }, null, 2)}\n`);
  }
}

if (options.help) console.log(USAGE);
else await run();
