import { raise } from '../../core/internal.js';

/** A value whose parts are moved to the caller. */
export class Transferred<T> {
  readonly #value: T;
  readonly #transfer: readonly object[];

  constructor(value: T, transfer: readonly object[]) {
    this.#value = value;
    this.#transfer = transfer;
  }

  get value(): T {
    return this.#value;
  }

  get transfer(): readonly object[] {
    return this.#transfer;
  }
}

/**
 * The result of a method of an actor, of which the objects in `transfer` move to the caller with
 * the reply instead of being copied. So do those of an item that a stream yields, and those that
 * `this.progress()` is given.
 *
 * ```ts
 * const pixels = actor({
 *   async decode(file: ArrayBuffer) {
 *     const image = await decode(file);
 *     return transferred(image, [image.data.buffer]);
 *   },
 * });
 * ```
 *
 * @throws UmpError `InvalidArgument` if `transfer` is not an array.
 */
export function transferred<T>(value: T, transfer: readonly object[]): Transferred<T> {
  if (!Array.isArray(transfer)) {
    raise(transferred, 'InvalidArgument', 'transferred() takes an array of the objects to move');
  }
  return new Transferred(value, transfer);
}
