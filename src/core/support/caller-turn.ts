/**
 * How many microtasks a caller may need from the end of ready() until it makes its call: it may
 * await ready() in async functions of its own.
 */
const CALLER_MICROTASKS = 20;

/** Fulfils once the code that awaits a promise, which was fulfilled just now, has run. */
export async function callerTurn(): Promise<void> {
  for (let passed = 0; passed < CALLER_MICROTASKS; passed++) await Promise.resolve();
}
