// Checks of the operations. What is wrong throws, and so becomes a failure of the run.
import { isUmpError } from 'ump-ng';

export function equal(actual, expected, what) {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

/** Times a call that must succeed, and counts it. */
export async function timed(tally, kind, call) {
  const start = performance.now();
  const value = await call();
  tally.count(kind, 'ok', performance.now() - start);
  return value;
}

/** Counts a call that must fail with this code. */
export async function fails(tally, kind, code, call) {
  try {
    await call;
  } catch (error) {
    if (!isUmpError(error, code)) throw error;
    tally.count(kind, code);
    return;
  }
  throw new Error(`${kind}: the call succeeded instead of failing with ${code}`);
}
