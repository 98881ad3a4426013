/**
 * How values are walked: each part once, no hole of an array, and no getter that is not the
 * object's own.
 */
import { globals } from './platform.js';

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null;

/**
 * Does `hit` hold for one of the parts that structured clone would read? An array is walked by
 * index up to its first hole, and by its keys from there: a sparse one is tiny on the wire, and its
 * length says nothing.
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

/** Would the engine copy this value where nothing moves? It has to copy it to know. */
export function clones(value: unknown): boolean {
  try {
    globals.structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
