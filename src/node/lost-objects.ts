/**
 * Objects of the platform that cannot be cloned, but that Node and Deno clone without an error, to
 * an object that has nothing of them.
 */

/** Their names. Which of them are lost depends on the release. */
const KINDS: ReadonlySet<unknown> = new Set([
  'AbortController',
  'AbortSignal',
  'CustomEvent',
  'Event',
  'FormData',
  'Headers',
  'MessageEvent',
  'Request',
  'Response',
  'URL',
  'URLSearchParams',
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

function clonesToNothing(object: object, clone: (value: unknown) => unknown): boolean {
  try {
    return Object.keys(clone(object) as object).length === 0;
  } catch {
    // Deno refuses it here, and not in a message.
    return true;
  }
}
