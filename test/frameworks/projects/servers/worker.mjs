import { setImmediate } from 'node:timers/promises';
import { actor, serveWorker } from 'ump-ng/actors';

serveWorker(() =>
  actor({
    /** How many primes there are below `limit`. */
    async primes(limit) {
      if (!(limit >= 0)) throw new RangeError('limit must be a number, 0 or more');
      let found = 0;
      for (let n = 2; n < limit; n++) {
        if (isPrime(n)) found++;
        if (n % 10_000 === 0) {
          await setImmediate(); // an abort arrives now
          this.signal.throwIfAborted();
        }
      }
      return found;
    },
  }),
);

function isPrime(n) {
  for (let by = 2; by * by <= n; by++) if (n % by === 0) return false;
  return true;
}
