import { startDeadline } from '../../core/internal.js';

/**
 * The least number of turns of this thread's event loop that the deadline lasts: enough for a peer
 * that is asked several times in a row, as ResponseChecks of pools does.
 */
const MIN_WAIT_TURNS = 8;

const settled = (): true => true;

/**
 * Whether the promise fulfils or rejects within `ms` milliseconds. Time in which this thread is
 * blocked does not count, because it could not have noticed. With `keepsAlive`, a Node process
 * stays alive meanwhile.
 */
export async function settlesWithin(
  promise: Promise<unknown>,
  ms: number,
  keepsAlive = true,
): Promise<boolean> {
  if (ms === Infinity) return promise.then(settled, settled);
  let stop = (): void => undefined;
  const late = new Promise<false>((resolve) => {
    stop = startDeadline(ms, MIN_WAIT_TURNS, resolve.bind(undefined, false), keepsAlive);
  });
  const inTime = await Promise.race([promise.then(settled, settled), late]);
  stop();
  return inTime;
}
