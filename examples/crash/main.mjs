// A worker crashes in the middle of its work. Every pending call of it rejects with the reason, and
// a new worker finishes the rest.
import { Worker } from 'node:worker_threads';
import { connect } from 'ump-ng';

/** @typedef {import('ump-ng').Client<never, number, number>} Primes */

/**
 * @param {number} [failsAt] the job at which this worker will throw
 * @returns {Primes}
 */
function startWorker(failsAt) {
  const file = new URL('primes.mjs', import.meta.url);
  return connect(new Worker(file, { workerData: { failsAt } }));
}

/**
 * Makes all calls at once, and prints the outcome of each job.
 * @param {Primes} client
 * @param {number[]} jobs
 */
async function work(client, jobs) {
  // tryReq() returns a failure where req() would reject.
  const results = await Promise.all(jobs.map((job) => client.tryReq(job)));
  for (const [at, result] of results.entries()) {
    if (result.ok) console.log(`  ✓ below ${jobs[at]} there are ${result.value} primes`);
    else console.log(`  ✗ below ${jobs[at]}: ${result.error.code}`);
  }
  return {
    left: jobs.filter((_, at) => !results[at].ok),
    error: results.map((result) => (result.ok ? undefined : result.error)).find(Boolean),
  };
}

const jobs = [10_000, 20_000, 30_000, 40_000, 50_000, 60_000];

console.log(`The first worker gets ${jobs.length} jobs, and throws at the third:`);
const first = startWorker(30_000);
const { left, error } = await work(first, jobs);

console.log('Why? The error says it, and has as its cause what the worker threw:');
console.log(`  ${error?.message}`);
console.log(`  ${/** @type {Error | undefined} */ (error?.cause)?.stack?.split('\n')[1].trim()}`);

console.log('A later call does not hang either:');
await work(first, [10_000]);

console.log(`A second worker gets the ${left.length} jobs that were not answered:`);
const { left: undone } = await work(startWorker(), left);

console.log(undone.length === 0 ? 'All jobs are done.' : `${undone.length} jobs are not done.`);
if (undone.length > 0) process.exitCode = 1;
