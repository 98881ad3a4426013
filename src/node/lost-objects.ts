/**
 * Objects of the platform that cannot be cloned, but that Node and Deno clone without an error, to
 * an object that has nothing of them. An EventTarget is not among them, because Node's ports cannot
 * be told from it.
 */

/** Their names. Which of them are lost depends on the release. */
const KINDS: ReadonlySet<unknown> = new Set([
  'AbortController',
  'AbortSignal',
  'ByteLengthQueuingStrategy',
  'CompressionStream',
  'CountQueuingStrategy',
  'Crypto',
  'CustomEvent',
  'DecompressionStream',
  'Event',
  'File',
  'FormData',
  'Headers',
  'Headers Iterator',
  'MessageEvent',
  'Performance',
  'PerformanceEntry',
  'PerformanceMark',
  'PerformanceMeasure',
  'Request',
  'Response',
  'SubtleCrypto',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'URLSearchParams Iterator',
  'WebSocket',
]);

/**
 * The name that the platform has given to the class of this prototype, or to one that it extends.
 * No getter is called, because that may be one of the application.
 */
function nameOf(prototype: object): unknown {
  for (let at: unknown = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    const tag = Object.getOwnPropertyDescriptor(at, Symbol.toStringTag);
    if (tag !== undefined) return tag.value;
  }
  return undefined;
}

/**
 * Returns a function that tells whether an object is one of those, and not one of the application
 * by the same name. It remembers its answer for a prototype.
 */
export function lostObjects(clone: (value: unknown) => unknown): (object: object) => boolean {
  const suspects = new WeakMap<object, boolean>();
  return (object) => {
    const prototype = Object.getPrototypeOf(object) as object | null;
    if (prototype === null) return false;
    let isSuspect = suspects.get(prototype);
    if (isSuspect === undefined) {
      isSuspect = KINDS.has(nameOf(prototype));
      suspects.set(prototype, isSuspect);
    }
    return isSuspect && clonesToNothing(object, clone);
  };
}

/** A File that arrives as a Blob has lost its name. */
function clonesToNothing(object: object, clone: (value: unknown) => unknown): boolean {
  try {
    const copy = clone(object) as object;
    return Object.keys(copy).length === 0 && nameOf(copy) !== nameOf(object);
  } catch {
    // Deno refuses it here, and not in a message.
    return true;
  }
}
