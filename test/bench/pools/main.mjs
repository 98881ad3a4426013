// How a pool of ump-ng compares with others. A report, not a test. See docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compare, headline, machine, progress } from '../in-processes.mjs';
import { table } from '../table.mjs';
import { scenarios } from './scenarios.mjs';

const OURS = 'ump';
/** The first is the control: how far a ratio strays by chance. */
const PEERS = [OURS, 'piscina', 'tinypool', 'workerpool', 'poolifier'];

const USAGE = `npm run bench:pools -- [options]
  --only PEER        one of ${PEERS.join(', ')}; may be repeated
  --scenario TEXT    those whose name contains TEXT
  --launches NUMBER  fresh processes for each; default 20
  --json FILE        writes the figures to FILE as well`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: PEERS },
    scenario: { type: 'string', default: '' },
    launches: { type: 'string', default: '20' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const launches = Number(options.launches);

async function main() {
  const results = [];
  for (const scenario of scenarios.filter(({ name }) => name.includes(options.scenario))) {
    for (const peer of options.only) {
      if (!PEERS.includes(peer)) throw new Error(`no peer is called ${peer}\n${USAGE}`);
      progress(`${scenario.name}: ${peer}`);
      const pair = { yardstick: { contender: peer }, contender: { contender: OURS }, launches };
      const bound = peer === OURS ? undefined : scenario.bound;
      results.push(
        await compare({ folder: 'pools', scenario, label: `beside ${peer}`, bound, ...pair }),
      );
    }
  }
  progress('');
  console.log(headline(launches));
  console.log(table(results, 'peer', OURS));
  console.log('\nRatios of throughputs, ump-ng to the peer: more is better for ump-ng.');
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ ...machine, results }, null, 2)}\n`);
  }
}

if (options.help) console.log(USAGE);
else await main();
