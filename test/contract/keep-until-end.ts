/**
 * Keeps handles reachable until their case has ended: an unreachable handle can be collected at any
 * time, and then closes itself. (test/leaks proves that it does.)
 */
const kept: object[] = [];

export function keep<T extends object>(handle: T): T {
  kept.push(handle);
  return handle;
}

const closing: { close(): void }[] = [];

/**
 * Closes the handle when its case ends: a waiting server and its client keep the thread running.
 */
export function closeAtEnd<T extends { close(): void }>(handle: T): T {
  closing.push(handle);
  return handle;
}

/** Called when the case has ended. */
export function endCase(): void {
  kept.length = 0;
  for (const handle of closing.splice(0)) handle.close();
}
