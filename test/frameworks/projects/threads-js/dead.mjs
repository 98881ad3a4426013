// A call to a worker that ends: docs/migrating-from-threads-js.md says how it settles.
import { spawn, Worker } from 'threads';

const there = await spawn(new Worker('./dead-worker.mjs'));
const call = there.crash().then(
  () => 'fulfilled',
  () => 'rejected',
);
const waited = new Promise((resolve) => setTimeout(resolve, 2000, 'pending'));
console.log(await Promise.race([call, waited]));
