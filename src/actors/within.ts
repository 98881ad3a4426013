import { globals } from '../core/platform.js';

/** Does it settle, however it does, within so many milliseconds? */
export async function endsWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: unknown;
  const late = new Promise<false>((resolve) => {
    timer = globals.setTimeout(() => {
      resolve(false);
    }, ms);
  });
  const ended = promise.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([ended, late]);
  globals.clearTimeout(timer);
  return inTime;
}
