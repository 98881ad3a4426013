import { globals } from '../core/platform.js';

/** Milliseconds; what a timer takes at most. */
const LONGEST = 2 ** 31 - 1;

const yes = (): true => true;

/** Does it settle, however it does, within so many milliseconds? */
export async function endsWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  if (ms > LONGEST) return promise.then(yes, yes);
  let timer: unknown;
  const late = new Promise<false>((resolve) => {
    timer = globals.setTimeout(() => {
      resolve(false);
    }, ms);
  });
  const inTime = await Promise.race([promise.then(yes, yes), late]);
  globals.clearTimeout(timer);
  return inTime;
}
