// How ump-ng and its peers compare with a postMessage echo written by hand, in each browser engine
// that is installed. A report, not a test. See docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
// Compiled from test/browsers by `npm run typecheck`.
import { engines, lacks } from '../../../build/test/browsers/engines.js';
import { serveBundles } from '../../../build/test/browsers/site.js';
import { scenarios } from '../scenarios.mjs';
import { table } from '../table.mjs';
import { boundOf, places } from './places.mjs';
import { plot } from './plot.mjs';

// After 200 ms WebKit is still compiling; more code takes longer.
const FULL = { rounds: 60, launches: 20, warmUp: 1000, sample: 30, apart: true };
const QUICK = { rounds: 24, launches: 8, warmUp: 500, sample: 20, apart: true };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    engine: { type: 'string', default: '' },
    place: { type: 'string', default: '' },
    only: { type: 'string', multiple: true },
    scenario: { type: 'string', multiple: true },
    /** Prints and plots earlier results. */
    from: { type: 'string' },
    json: { type: 'string' },
    plot: { type: 'string' },
  },
});

const effort = options.quick ? QUICK : FULL;
const progress = (text) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

const isWanted = (scenario) => options.scenario?.some((text) => scenario.includes(text)) ?? true;

/** Runs the selected measurements one after another. */
function* orders(engine) {
  for (const at of places) {
    const { place, yardsticks, has } = at;
    if (!place.includes(options.place)) continue;
    for (const { name: scenario } of scenarios) {
      if (!has(scenario) || !isWanted(scenario)) continue;
      const bound = boundOf(at, engine, scenario);
      for (const contender of options.only ?? Object.keys(yardsticks)) {
        const yardstick = yardsticks[contender];
        if (yardstick === undefined) continue;
        const order = { place, scenario, contender, yardstick, effort };
        const isBound = contender === 'ump' && bound?.yardstick === yardstick;
        yield { order, bound: isBound ? bound.ratio : undefined };
        if (contender === 'ump' && bound !== undefined && !isBound) {
          yield { order: { ...order, yardstick: bound.yardstick }, bound: bound.ratio };
        }
      }
    }
  }
}

/** The column `raw` of the table has the other yardstick then. */
function labelOf({ place, contender, yardstick }) {
  const usual = places.find((each) => each.place === place).yardsticks[contender];
  return yardstick === usual ? contender : `${contender} to ${yardstick}`;
}

async function measureIn(engine, site) {
  const browser = await engine.launch();
  const page = await browser.page();
  await page.goto(`${site.origin}/page.html`);
  const results = [];
  for (const { order, bound } of orders(engine.name)) {
    const { place, scenario, contender, yardstick } = order;
    progress(`${engine.name}: ${place}: ${scenario}: ${contender}`);
    const result = await page.evaluate(`bench(${JSON.stringify(order)})`);
    // Some contenders lack some scenarios.
    if (result) results.push({ place, yardstick, ...result, contender: labelOf(order), bound });
  }
  progress('');
  await browser.close();
  return results;
}

function print(name, results) {
  console.log(`${name}\n`);
  for (const { place } of places) {
    const there = results.filter((result) => result.place === place);
    if (there.length > 0) console.log(`${place}\n\n${table(there)}\n`);
  }
}

/**
 * The results so far, so that an interrupted run keeps those of the finished engines.
 */
async function save(report) {
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (options.plot !== undefined) writeFileSync(options.plot, await plot(report));
}

async function measure() {
  const scripts = ['page', 'worker', 'frame'].map((name) => [
    name,
    new URL(`${name}.mjs`, import.meta.url).pathname,
  ]);
  const site = await serveBundles(new Map(scripts));
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
  const report = { ...machine, effort, engines: {} };
  for (const engine of engines) {
    if (!engine.name.toLowerCase().includes(options.engine.toLowerCase())) continue;
    if (lacks(engine).length > 0) {
      console.log(`${engine.name} IS NOT INSTALLED\n`);
      continue;
    }
    const results = await measureIn(engine, site);
    report.engines[engine.name] = results;
    print(engine.name, results);
    await save(report);
  }
  await site.close();
}

async function repeat(file) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  for (const [name, results] of Object.entries(report.engines)) print(name, results);
  await save(report);
}

if (options.from === undefined) await measure();
else await repeat(options.from);
