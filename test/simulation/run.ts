/** Runs scenarios until a time or a number is reached, and prints the story of each failure. */
import './globals.js';
import { parseArgs } from 'node:util';
import { runActors } from './actors/scenario.js';
import { runScenario, type Plan } from './scenario/scenario.js';
import { shrink } from './scenario/shrink.js';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    scenarios: { type: 'string', default: 'Infinity' },
    /** These seeds, separated by commas, and no others. */
    seeds: { type: 'string' },
    operations: { type: 'string', default: '40' },
    seconds: { type: 'string', default: '10' },
    minutes: { type: 'string' },
    /** What is simulated: `clients`, `actors`, or both with each seed. */
    workload: { type: 'string' },
    /** The kind of the scenarios of clients; each seed has one, unless it is named. */
    setting: { type: 'string' },
    failures: { type: 'string', default: '3' },
    /** Up to this number of failures in a thousand scenarios, and up to three, is no error. */
    'known-rate': { type: 'string', default: '0' },
    /** A failure is only named: its story is not looked for. */
    quick: { type: 'boolean', default: false },
    /** Prints the story of each scenario. */
    stories: { type: 'boolean', default: false },
    /** The story of a failure has each message. */
    messages: { type: 'boolean', default: false },
  },
});

// The stacks of errors would take a fifth of the time. `--stories` has them.
if (!options.stories) Error.stackTraceLimit = 0;

const workloads = { clients: runScenario, actors: runActors };
const chosen = Object.entries(workloads).filter(([name]) => name === (options.workload ?? name));

const { setting } = options;
const listed = options.seeds?.split(',').map(Number);
const first = listed?.[0] ?? Number(options.seed);
const operations = Number(options.operations);
const seconds =
  options.minutes === undefined ? Number(options.seconds) : 60 * Number(options.minutes);
const limit = listed?.length ?? Number(options.scenarios);
const started = Date.now();
const isOver = (): boolean => Date.now() - started > 1000 * seconds;

let scenarios = 0;
let steps = 0;
let failures = 0;
console.log(`scenarios from seed ${first} on, of ${operations} operations each`);
for (; scenarios < limit && !isOver() && failures < Number(options.failures); scenarios++) {
  const seed = listed?.[scenarios] ?? first + scenarios;
  for (const [workload, run] of chosen) {
    const plan: Plan = { seed, operations, setting, recordsMessages: options.messages };
    const result = await run({ ...plan, records: options.stories });
    const name = `${workload}, seed ${seed}, ${result.platform}`;
    steps += result.steps;
    if (options.stories) console.log(`\n${name}\n${result.story.join('\n')}`);
    if (result.violations.length === 0) continue;
    failures++;
    if (options.quick) console.log(`${name}: ${result.violations.join('; ')}`);
    else {
      const { violations, story } = await shrink(plan, run);
      console.log(`\n${name}: ${violations.join('; ')}\n${story.join('\n')}`);
    }
  }
}
const total = `${scenarios} scenarios, ${steps} steps`;
console.log(`\n${total}: ${failures === 0 ? 'nothing was wrong' : `${failures} failed`}`);
const knownRate = Number(options['known-rate']);
const tolerated = knownRate === 0 ? 0 : Math.max(3, (knownRate * scenarios) / 1000);
process.exitCode = failures <= tolerated ? 0 : 1;
