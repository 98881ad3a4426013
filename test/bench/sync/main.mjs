// How the blocking calls of ump-ng compare with synckit. A report, not a test. See
// docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compare, headline, machine, progress, run } from '../in-processes.mjs';
import { table } from '../table.mjs';
import { scenarios } from './scenarios.mjs';

const YARDSTICK = 'synckit';
const CONTENDERS = {
  [YARDSTICK]: {},
  'by-hand': {},
  'ump-awaits': { bound: 0.7 },
  'ump-blocks': { bound: 0.5 },
};

const USAGE = `npm run bench:sync -- [options]
  --only CONTENDER   one of ${Object.keys(CONTENDERS).join(', ')}; may be repeated
  --spin NUMBER      microseconds that ump-ng spins, instead of its default; may be repeated
  --scenario TEXT    those whose name contains TEXT
  --launches NUMBER  fresh processes for each contender; default 20
  --json FILE        writes the figures to FILE as well`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(CONTENDERS) },
    spin: { type: 'string', multiple: true },
    scenario: { type: 'string', default: '' },
    launches: { type: 'string', default: '20' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const launches = Number(options.launches);

/** The contenders as asked for: those of ump-ng once for each spin. */
function* contenders() {
  for (const contender of options.only) {
    const known = CONTENDERS[contender];
    if (known === undefined) throw new Error(`no contender is called ${contender}\n${USAGE}`);
    const { bound } = known;
    if (bound === undefined || options.spin === undefined) {
      yield { label: contender, bound, contender: { contender } };
      continue;
    }
    for (const spin of options.spin) {
      const own = { contender, options: { spin: Number(spin) } };
      yield { label: `${contender}, spin ${spin}`, bound, contender: own };
    }
  }
}

async function main() {
  const results = [];
  for (const scenario of scenarios.filter(({ name }) => name.includes(options.scenario))) {
    for (const { label, bound, contender } of contenders()) {
      progress(`${scenario.name}: ${label}`);
      const pair = { yardstick: { contender: YARDSTICK }, contender, launches };
      const bounded = scenario.bounded ? bound : undefined;
      results.push(await compare({ folder: 'sync', scenario, label, bound: bounded, ...pair }));
    }
  }
  progress('idle');
  const idle = await run('sync/idle.mjs');
  progress('');

  console.log(headline(launches));
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
