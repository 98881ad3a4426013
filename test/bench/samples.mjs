// Measures one contender in a process of its own: some keep their workers as long as their process
// lives. Prints its samples, in microseconds per message: node samples.mjs
// '{"folder":"sync","contender":"synckit","scenario":"small", …}'
import { timed, warmUp } from './measure.mjs';

const { folder, contender, options, scenario: name, effort, rounds } = JSON.parse(process.argv[2]);
const { open } = await import(`./${folder}/contenders/${contender}.mjs`);
const { scenarios } = await import(`./${folder}/scenarios.mjs`);
const scenario = scenarios.find((each) => each.name === name);
const caller = await open(options);
const count = await warmUp(scenario, caller, effort);
const samples = [];
for (let round = 0; round < rounds; round++) {
  samples.push(1000 * (await timed(scenario, caller, count)));
}
console.log(JSON.stringify(samples));
// Some never end by themselves, or never say that they have.
process.exit();
