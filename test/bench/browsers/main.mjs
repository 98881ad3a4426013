// How ump-ng and its peers compare with a postMessage echo written by hand, in each browser engine that
// is installed. A report, not a test. See docs/benchmarks.md.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
// Compiled from test/browsers by `npm run typecheck`.
import { engines, lacks } from '../../../build/test/browsers/engines.js';
import { serveBundles } from '../../../build/test/browsers/site.js';
import { scenarios } from '../scenarios.mjs';
import { table } from '../table.mjs';

/** Against what each is measured: the same carrier by hand. */
const YARDSTICK = {
  raw: 'raw',
  ump: 'raw',
  comlink: 'raw',
  'raw-port': 'raw-port',
  'ump-port': 'raw-port',
};

/** What the project promises of the direct line. */
const BOUNDS = {
  'small, 1 in flight': 1.15,
  'small, 1000 in flight': 0.95,
  '1 MiB transferred': 1.1,
};

const FULL = { rounds: 60, launches: 20, warmUp: 200, sample: 30, apart: true };
const QUICK = { rounds: 24, launches: 8, warmUp: 150, sample: 20, apart: true };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    engine: { type: 'string', default: '' },
    only: { type: 'string', multiple: true },
    scenario: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

const effort = options.quick ? QUICK : FULL;
const contenders = options.only ?? Object.keys(YARDSTICK);
const progress = (text) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

const site = await serveBundles(
  new Map(
    ['page', 'worker'].map((name) => [name, new URL(`${name}.mjs`, import.meta.url).pathname]),
  ),
);
const all = {};
for (const engine of engines) {
  if (!engine.name.toLowerCase().includes(options.engine.toLowerCase())) continue;
  if (lacks(engine).length > 0) {
    console.log(`${engine.name} IS NOT INSTALLED\n`);
    continue;
  }
  const browser = await engine.launch();
  const page = await browser.page();
  await page.goto(`${site.origin}/page.html`);
  const results = [];
  for (const { name: scenario } of scenarios) {
    if (!scenario.includes(options.scenario)) continue;
    for (const contender of contenders) {
      progress(`${engine.name}: ${scenario}: ${contender}`);
      const order = { scenario, contender, yardstick: YARDSTICK[contender], effort };
      const result = await page.evaluate(`bench(${JSON.stringify(order)})`);
      // Not everyone can do everything.
      if (!result) continue;
      results.push({ ...result, bound: contender === 'ump' ? BOUNDS[scenario] : undefined });
    }
  }
  progress('');
  await browser.close();
  all[engine.name] = results;
  console.log(`${engine.name}\n\n${table(results)}\n`);
}
await site.close();
if (options.json !== undefined) {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
  writeFileSync(options.json, `${JSON.stringify({ ...machine, effort, engines: all }, null, 2)}\n`);
}
