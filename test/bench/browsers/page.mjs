// Compares one contender with its yardstick in one scenario, in the page, with the clock of the
// page.
import { compare } from '../measure.mjs';
import { scenarios } from '../scenarios.mjs';
import { contenders } from './contenders.mjs';
import { frames } from './frames.mjs';

async function inWorker(name, mode) {
  const worker = new Worker(`/worker.js#${name}/${mode}`, { type: 'module' });
  const caller = await contenders[name].open(worker);
  return { ...caller, close: async () => worker.terminate() };
}

const inFrame = (origin) => async (name, mode) => {
  const frame = document.createElement('iframe');
  const address = [name, mode, location.origin].map(encodeURIComponent).join('/');
  frame.src = `${origin}/frame.html#${address}`;
  document.body.append(frame);
  const caller = await frames[name].open(frame, origin);
  const close = async () => {
    caller.close();
    frame.remove();
  };
  return { ...caller, close };
};

const places = {
  worker: inWorker,
  'same-origin frame': inFrame(location.origin),
  // The same server by another name.
  'cross-origin frame': inFrame(location.origin.replace('127.0.0.1', 'localhost')),
};

globalThis.bench = ({ place, scenario, yardstick, contender, effort }) =>
  compare(
    scenarios.find(({ name }) => name === scenario),
    { name: yardstick, open: (mode) => places[place](yardstick, mode) },
    { name: contender, open: (mode) => places[place](contender, mode) },
    effort,
  );
