import { perThread } from './per-thread.js';
import { globals } from './platform.js';

const numbers = perThread(() => {
  const [low = 0, high = 0] = globals.crypto.getRandomValues(new Uint32Array(2));
  return { last: (high >>> 12) * 2 ** 32 + low };
});

/**
 * A number for one of the connections that share a channel. The other side chooses numbers as well,
 * and so does another copy of this package in this thread, and no two may be equal: so each counts
 * up from a random number. A page can replace `Math.random`, so it is not used.
 */
export const uniqueNumber = (): number => ++numbers().last;
