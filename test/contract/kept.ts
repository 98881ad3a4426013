/**
 * What a case was given lives until the case is over, whether or not the case mentions it again: a handle
 * that is forgotten may be collected at any time, and then says goodbye. (That it does, test/leaks shows.)
 */
const kept: object[] = [];

export function keep<T extends object>(handle: T): T {
  kept.push(handle);
  return handle;
}

const closing: { close(): void }[] = [];

/** Is closed with the case: a waiting server and its client would keep this thread running. */
export function forCase<T extends { close(): void }>(handle: T): T {
  closing.push(handle);
  return handle;
}

/** The case is over. */
export function forget(): void {
  kept.length = 0;
  for (const handle of closing.splice(0)) handle.close();
}
