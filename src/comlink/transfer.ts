import { perThread } from '../core/internal.js';

/** What moves with each object that was passed to transfer(). */
const transferLists = perThread(() => new WeakMap<object, readonly object[]>());

/**
 * Says which objects move, instead of being copied, when `value` is sent as an argument, as a
 * result or as the value of a property. Returns `value`.
 *
 * @example
 * await remote.fill(transfer(bytes, [bytes.buffer]));
 */
export function transfer<T>(value: T, transferables: readonly object[]): T {
  transferLists().set(value as object, transferables);
  return value;
}

export const transferListOf = (value: object): readonly object[] =>
  transferLists().get(value) ?? [];
