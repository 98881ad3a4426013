// One scenario of ump-ng alone, for a profiler; both threads write a profile of their own:
//   node --cpu-prof --cpu-prof-dir=/tmp/prof test/bench/profile.mjs '1000 in flight' 5
import { scenarios } from './scenarios.mjs';

const [name = '1 in flight', seconds = '5', contender = 'ump'] = process.argv.slice(2);
const scenario = scenarios.find((candidate) => candidate.name.includes(name));
if (scenario === undefined) throw new Error(`no scenario has a name with ${name} in it`);

const { open } = await import(`./contenders/${contender}.mjs`);
const caller = await open(scenario.mode);
const end = performance.now() + 1000 * Number(seconds);
let count = 0;
while (performance.now() < end) {
  await scenario.run(caller, 1000);
  count += 1000;
}
console.log(`${scenario.name}: ${count} messages`);
await caller.close();
