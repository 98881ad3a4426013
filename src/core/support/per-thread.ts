/**
 * State that each thread (each agent) has once. All of it is in one array, which is replaced as a
 * whole where a simulator runs several threads in one process.
 */

/** The thread whose code runs now. */
export const currentThread: { slots: unknown[] } = { slots: [] };

/** Not state of a thread: slot numbers are the same in every thread. */
let slotCount = 0;

/** Returns the getter of a piece of state, which `create` makes when a thread first needs it. */
export function perThread<T extends object>(create: () => T): () => T {
  const slot = slotCount++;
  return () => (currentThread.slots[slot] ??= create()) as T;
}
