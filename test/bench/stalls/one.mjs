// One scenario with one n, in a process of its own: prints what it took, and the longest pause of
// the event loop.
import { scenarios, turn } from './scenarios.mjs';

const [name, n] = process.argv.slice(2);
const [run] = [await scenarios[name](Number(n))].flat();
globalThis.gc?.();
await turn();

let longest = 0;
let over = false;
const watch = (before) => {
  const now = performance.now();
  longest = Math.max(longest, now - before);
  if (!over) setImmediate(watch, now);
};
const start = performance.now();
setImmediate(watch, start);
await turn();
await run();
const took = performance.now() - start;
await turn();
over = true;
console.log(JSON.stringify({ took, longest }));
process.exit();
