/**
 * Walks values: visits each part once, skips the holes of an array, and calls no getter but the
 * object's own.
 */

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null;

export const isObjectOrFunction = (value: unknown): value is object =>
  isObject(value) || typeof value === 'function';

/**
 * Whether `hit` is true of one of the parts that structured clone would read. An array is walked by
 * index up to its first hole, and by its keys from there: a sparse array of a few bytes on the wire
 * can claim 2^32 elements.
 */
export function somePart(
  container: object,
  hit: (part: unknown, key: string | number) => boolean,
): boolean {
  if (Array.isArray(container)) {
    let at = 0;
    for (; at < container.length; at++) {
      const part: unknown = container[at];
      if (part === undefined && !(at in container)) break;
      if (hit(part, at)) return true;
    }
    if (at >= container.length) return false;
  }
  return Object.keys(container).some((key) =>
    hit((container as Record<string, unknown>)[key], key),
  );
}
