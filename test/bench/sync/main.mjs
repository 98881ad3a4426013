// How the blocking calls of ump-ng compare with synckit. A report, not a test. See docs/benchmarks.md.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { inTurn, result } from '../measure.mjs';
import { table } from '../table.mjs';
import { scenarios } from './scenarios.mjs';

const YARDSTICK = 'synckit';
const CONTENDERS = {
  [YARDSTICK]: {},
  'by-hand': {},
  'ump-awaits': { bound: 0.7 },
  'ump-blocks': { bound: 0.5 },
};
const EFFORT = { warmUp: 400, sample: 15 };
const LAUNCHES = 20;
const ROUNDS = 3;

const USAGE = `npm run bench:sync -- [options]
  --only CONTENDER   one of ${Object.keys(CONTENDERS).join(', ')}; may be repeated
  --spin NUMBER      microseconds that ump-ng spins, instead of its default; may be repeated
  --scenario TEXT    those whose name contains TEXT
  --launches NUMBER  fresh processes for each contender; default ${LAUNCHES}, ${ROUNDS} pairs of samples each
  --json FILE        writes the figures to FILE as well`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(CONTENDERS) },
    spin: { type: 'string', multiple: true },
    scenario: { type: 'string', default: '' },
    launches: { type: 'string', default: String(LAUNCHES) },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const progress = (text) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

/** The output of a program beside this one, in a process of its own. */
async function run(program, order = {}) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, JSON.stringify(order)]);
  return JSON.parse(stdout);
}

/** The contenders as asked for: those of ump-ng once for each spin. */
function* contenders() {
  for (const contender of options.only) {
    const known = CONTENDERS[contender];
    if (known === undefined) throw new Error(`no contender is called ${contender}\n${USAGE}`);
    if (known.bound === undefined || options.spin === undefined) {
      yield { label: contender, contender, ...known };
      continue;
    }
    for (const spin of options.spin) {
      const own = { options: { spin: Number(spin) } };
      yield { label: `${contender}, spin ${spin}`, contender, ...known, ...own };
    }
  }
}

/** Pairs of launches, A B, B A, A B …, only one there at a time. */
async function compare(scenario, { label, bound, ...wanted }) {
  const times = { raw: [], contender: [] };
  const order = { scenario: scenario.name, effort: EFFORT, rounds: ROUNDS };
  for (let launch = 0; launch < Number(options.launches); launch++) {
    for (const who of inTurn(launch)) {
      const which = who === 'raw' ? { contender: YARDSTICK } : wanted;
      times[who].push(...(await run('samples.mjs', { ...order, ...which })));
    }
  }
  return result({ ...scenario, bound: scenario.bounded ? bound : undefined }, label, times);
}

async function main() {
  const results = [];
  for (const scenario of scenarios.filter(({ name }) => name.includes(options.scenario))) {
    for (const contender of contenders()) {
      progress(`${scenario.name}: ${contender.label}`);
      results.push(await compare(scenario, contender));
    }
  }
  progress('idle');
  const idle = await run('idle.mjs');
  progress('');

  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
  const pairs = ROUNDS * Number(options.launches);
  console.log(
    `Node ${process.version}, ${machine.cores} × ${machine.cpu}; ${pairs} pairs, in ${options.launches} processes each\n`,
  );
  console.log(table(results, YARDSTICK));
  console.log(
    `\nRatios of times to ${YARDSTICK}, less is better; its own row shows how far they stray by chance.` +
      `\nTwo blocked threads of ump-ng that have nothing to do: ${(100 * idle).toFixed(3)} % of a core.`,
  );
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ ...machine, idle, results }, null, 2)}\n`);
  }
}

if (options.help) console.log(USAGE);
else await main();
