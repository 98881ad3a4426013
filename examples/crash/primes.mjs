// Counts the primes below a number. Started with `failsAt`, it has a bug that kills it in
// mid-request.
import { workerData } from 'node:worker_threads';
import { listen } from 'ump-ng';

/** @type {import('ump-ng').Server<never, number, number>} */
const server = listen();

for await (const message of server) {
  if (message.type !== 'request') continue;
  const { msg: limit, rctx } = message;
  if (limit === workerData.failsAt) throw new RangeError(`no idea how to count to ${limit}`);
  rctx.reply(countPrimes(limit));
}

/** @param {number} limit */
function countPrimes(limit) {
  const composite = new Uint8Array(limit);
  let count = 0;
  for (let n = 2; n < limit; n++) {
    if (composite[n]) continue;
    count += 1;
    for (let multiple = n * n; multiple < limit; multiple += n) composite[multiple] = 1;
  }
  return count;
}
