// Compares one contender with raw in one scenario, in the page, with the clock of the page.
import { compare } from '../measure.mjs';
import { scenarios } from '../scenarios.mjs';
import { contenders } from './contenders.mjs';

async function openIn(name, mode) {
  const worker = new Worker(`/worker.js#${name}/${mode}`, { type: 'module' });
  const caller = await contenders[name].open(worker);
  return { ...caller, close: async () => worker.terminate() };
}

globalThis.bench = ({ scenario, yardstick, contender, effort }) =>
  compare(
    scenarios.find(({ name }) => name === scenario),
    { name: yardstick, open: (mode) => openIn(yardstick, mode) },
    { name: contender, open: (mode) => openIn(contender, mode) },
    effort,
  );
