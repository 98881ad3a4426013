/**
 * State that each thread (each agent) has once. All of it is in one array, which is replaced as a
 * whole where a simulator runs several threads in one process.
 */

/** The thread whose code runs now. */
export const currentThread: { states: unknown[] } = { states: [] };

/** Not state of a thread: these numbers are the same in every thread. */
let stateCount = 0;

/** Returns the getter of a piece of state, which `create` makes when a thread first needs it. */
export function perThread<T extends object>(create: () => T): () => T {
  const number = stateCount++;
  return () => (currentThread.states[number] ??= create()) as T;
}
