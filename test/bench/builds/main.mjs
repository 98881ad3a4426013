// How this build compares with an older one, in pairs, on Node and in each browser engine that is
// installed. A report, not a test: nothing on the path of a request may get slower than the spread
// of the old build against itself. See docs/benchmarks.md.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from '../measure.mjs';
import { scenarios, withObjects } from '../scenarios.mjs';
import { table } from '../table.mjs';
import { inNode } from './node.mjs';
import { inBrowsers } from './browsers.mjs';

const USAGE = `npm run bench:builds -- --old DIR [options]
  --old DIR          a \`dist\` folder of the build to compare with
  --on NAME          node, chromium, firefox or webkit; may be repeated; default: all
  --scenario TEXT    those whose name contains TEXT; may be repeated
  --pairs N          pairs of samples for each scenario; default 30`;

const { values: options } = parseArgs({
  options: {
    old: { type: 'string' },
    on: { type: 'string', multiple: true },
    scenario: { type: 'string', multiple: true },
    pairs: { type: 'string', default: '30' },
    help: { type: 'boolean', default: false },
  },
});

/**
 * Samples are short, and each launch has fresh workers: one pair of workers can be lucky for its
 * whole life.
 */
const SAMPLES_PER_LAUNCH = 2;
const pairs = Number(options.pairs);
const effort = {
  rounds: pairs,
  launches: Math.ceil(pairs / SAMPLES_PER_LAUNCH),
  warmUp: 400,
  sample: 20,
  apart: true,
};

// A ratio of times in every row, so that less is always better.
const chosen = scenarios
  .filter(({ fits }) => fits !== withObjects)
  .filter(({ name }) => options.scenario?.some((text) => name.includes(text)) ?? true)
  .map((scenario) => ({ ...scenario, measure: 'time', bound: undefined }));

/**
 * The old build, the same once more as a control, and this one: each with the package.json that
 * stands beside its folder, whose `imports` name its platform, or else with that of this build.
 */
function builds(old) {
  const folder = mkdtempSync(path.join(tmpdir(), 'builds-'));
  for (const [name, from] of Object.entries({ old, control: old, new: 'dist' })) {
    const manifest = path.join(path.dirname(path.resolve(from)), 'package.json');
    cpSync(from, path.join(folder, name, 'dist'), { recursive: true });
    cpSync(
      existsSync(manifest) ? manifest : 'package.json',
      path.join(folder, name, 'package.json'),
    );
  }
  return folder;
}

const isWanted = (name) =>
  options.on?.some((wanted) => name.toLowerCase().includes(wanted.toLowerCase())) ?? true;

async function run() {
  const folder = builds(options.old);
  try {
    const cpu = cpus()[0]?.model ?? 'unknown';
    console.log(`Node ${process.version}, ${availableParallelism()} × ${cpu}; ${pairs} pairs\n`);
    if (isWanted('node')) {
      const results = [];
      for (const scenario of chosen) {
        for (const name of ['control', 'new']) {
          const [old, contender] = await Promise.all([inNode(folder, 'old'), inNode(folder, name)]);
          results.push(await compare(scenario, old, contender, effort));
        }
      }
      console.log(`Node\n\n${table(results, 'old', 'time')}\n`);
    }
    await inBrowsers(folder, { isWanted, scenarios: chosen.map(({ name }) => name), effort });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (options.help || options.old === undefined) console.log(USAGE);
else await run();
