import { MAX_TIMEOUT_MS, startDeadline } from '../core/internal.js';

/**
 * The least number of turns of this thread's event loop: enough for a peer that is asked several
 * times, one after the other, as in Probes.
 */
const TURNS = 8;

const yes = (): true => true;

/**
 * Does it settle, however it does, within so many milliseconds in which this thread could have
 * heard of it?
 */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  if (ms > MAX_TIMEOUT_MS) return promise.then(yes, yes);
  let stop = (): void => undefined;
  const late = new Promise<false>((resolve) => {
    stop = startDeadline(ms, TURNS, resolve.bind(undefined, false), true);
  });
  const inTime = await Promise.race([promise.then(yes, yes), late]);
  stop();
  return inTime;
}
