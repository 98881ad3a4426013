// Measures one contender in a process of its own, as synckit's worker lives as long as its process. Prints its
// samples, in microseconds per message: node samples.mjs '{"contender":"synckit","scenario":"small", …}'
import { timed, warmUp } from '../measure.mjs';
import { scenarios } from './scenarios.mjs';

const { contender, options, scenario: name, effort, rounds } = JSON.parse(process.argv[2]);
const { open } = await import(`./contenders/${contender}.mjs`);
const scenario = scenarios.find((each) => each.name === name);
const caller = open(options);
const count = await warmUp(scenario, caller, effort);
const samples = [];
for (let round = 0; round < rounds; round++) {
  samples.push(1000 * (await timed(scenario, caller, count)));
}
await caller.close();
console.log(JSON.stringify(samples));
