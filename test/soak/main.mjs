// A small system at moderate load for a long time: `npm run soak -- --minutes 30`, on Node, or with
// `--engine chromium`, `firefox` or `webkit` in a browser. Ends with code 1 if anything went wrong,
// or if memory, counts or latencies grow. See docs/soak.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { openNode } from './hosts/node.mjs';
import { plot } from './plot.mjs';
import { soak } from './run.mjs';
import { verdict } from './verdict.mjs';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    /** Seconds of load between two samples. */
    interval: { type: 'string', default: '5' },
    engine: { type: 'string', default: 'node' },
    /** One of those in system/faults.mjs. */
    fault: { type: 'string' },
    /** For a run that is too short for a trend. */
    'only-outcomes': { type: 'boolean', default: false },
    /** Runs these kinds of operations alone, to find which of them grows. */
    only: { type: 'string', multiple: true },
    /** Judges and draws an earlier run, by its JSON file. */
    from: { type: 'string' },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
});
const minutes = Number(options.minutes);
const interval = Number(options.interval);

async function open() {
  const { engine, fault, only } = options;
  const system = { ...(fault !== undefined && { fault }), ...(only !== undefined && { only }) };
  if (engine !== 'node') {
    const { openBrowser } = await import('./hosts/browser.mjs');
    return openBrowser(engine, system);
  }
  return { place: `Node ${process.versions.node}`, host: await openNode(system) };
}

const rounded = (value) => Number(value.toPrecision(4)).toLocaleString('en');

function describe({ name, level, allowed, growth, grows }) {
  const how = growth === undefined ? 'not judged' : `grows by at least ${rounded(growth)}`;
  return `${grows ? '✗' : '✓'} ${name}: about ${rounded(level)}, ${how}, allowed ${rounded(allowed)}`;
}

function progress({ second, kinds }) {
  const done = Object.values(kinds).flatMap(({ outcomes }) => Object.values(outcomes));
  const count = done.reduce((sum, each) => sum + each, 0);
  console.log(`${second.toFixed(0).padStart(5)} s: ${count} operations`);
}

async function run() {
  const { place, host } = await open();
  console.log(`${place}, ${minutes} minutes`);
  const { samples, failures } = await soak(host, { minutes, interval }, progress);
  try {
    await host.close();
  } catch (error) {
    failures.push(`end: ${error.stack}`);
    host.kill();
  }
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
  return { place, machine, minutes, interval, failures, samples };
}

const { from } = options;
const report = from === undefined ? await run() : JSON.parse(readFileSync(from, 'utf8'));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report)}\n`);
if (options.svg !== undefined) writeFileSync(options.svg, await plot(report));

const { samples, failures } = report;
const judged = verdict(samples);
let grown = 0;
if (!options['only-outcomes']) {
  for (const each of judged) console.log(describe(each));
  grown = judged.filter(({ grows }) => grows).length;
  if (judged.some(({ growth }) => growth === undefined)) {
    failures.push(
      'too few samples for a verdict: run longer, or while the machine does nothing else',
    );
  }
}
for (const failure of failures) console.log(`✗ ${failure}`);
const series = `${grown} of ${judged.length} series grow`;
console.log(`${samples.length} samples, ${series}, ${failures.length} failures`);
process.exitCode = grown > 0 || failures.length > 0 ? 1 : 0;
