/** Errors that are neither a value itself nor among its direct parts: where they lie. */
import { isObject, somePart } from '../support/parts.js';
import { areErrorClassesRegistered } from './error-classes.js';
import { isError, isPlain, isSettledList, type Fields } from './error-values.js';

/** The way from a value to a part of it: keys; in a Map or a Set, the number of the entry. */
export type Path = readonly (string | number)[];

/** No longer path is sent or accepted. Errors that lie deeper arrive as the engine clones them. */
export const MAX_PATH_STEPS = 200;

/** It is never shown: the caller reports that the error records are malformed. */
const MALFORMED = 'malformed path';

interface ObjectAt {
  readonly object: object;
  readonly path: Path;
}

/** Whether Errors are searched for in the depth of this value. */
const isSearched = (value: object): boolean => areErrorClassesRegistered() || isSettledList(value);

/**
 * The Errors in the depth of the value, as far as they are searched for, each with its paths. Each
 * object is visited once, and the parts of Errors are not.
 */
export function deepErrors(top: object): Map<Error, Path[]> {
  const found = new Map<Error, Path[]>();
  const seen = new Set<unknown>([top]);
  const toVisit: ObjectAt[] = [];
  const add = (part: unknown, path: Path): void => {
    if (!isObject(part)) return;
    if (isError(part)) {
      const paths = found.get(part);
      if (paths === undefined) found.set(part, [path]);
      else paths.push(path);
    } else if (!seen.has(part) && path.length < MAX_PATH_STEPS) {
      seen.add(part);
      toVisit.push({ object: part, path });
    }
  };
  eachPart(top, (part, step) => {
    // Records take the places of the Errors among the direct parts of a plain value.
    if (!isPlain(top)) add(part, [step]);
    else if (isObject(part) && !isError(part) && (isSearched(top) || isSearched(part))) {
      add(part, [step]);
    }
  });
  // This list grows while it is processed.
  for (const { object, path } of toVisit) {
    eachPart(object, (part, step) => {
      if (isObject(part)) add(part, [...path, step]);
    });
  }
  return found;
}

/** The parts that structured clone would read, of objects that may contain Errors. */
function eachPart(object: object, visit: (part: unknown, step: string | number) => void): void {
  if (object instanceof Map || object instanceof Set) {
    let at = 0;
    for (const value of object.values()) visit(value, at++);
  } else if (isPlain(object)) {
    somePart(object, (part, step) => {
      visit(part, step);
      return false;
    });
  }
}

/** Puts revived Errors in the places of those that the engine has cloned, in a fresh value. */
export class DeepPlaces {
  readonly #top: unknown;
  /** Paths, and lists of them: each may occur many times, because identity survives a clone. */
  readonly #used = new Set<unknown>();
  /** The keys of Maps, and the elements of Sets, in order. */
  readonly #keys = new Map<object, unknown[]>();
  readonly #changedSets = new Set<Set<unknown>>();

  constructor(top: unknown) {
    this.#top = top;
  }

  /** Throws if the paths are malformed, or do not lead to Errors. */
  put(error: Error, paths: unknown): void {
    if (!Array.isArray(paths)) throw new TypeError(MALFORMED);
    if (this.#used.has(paths)) return;
    this.#used.add(paths);
    somePart(paths, (path) => {
      if (!this.#used.has(path)) this.#putAt(error, path);
      this.#used.add(path);
      return false;
    });
  }

  /** A Set keeps the order of its elements only if it is filled again. */
  finish(): void {
    for (const set of this.#changedSets) {
      set.clear();
      for (const value of this.#keysOf(set)) set.add(value);
    }
  }

  #putAt(error: Error, path: unknown): void {
    if (!Array.isArray(path) || path.length === 0 || path.length > MAX_PATH_STEPS) {
      throw new TypeError(MALFORMED);
    }
    let container = this.#top;
    for (const step of path.slice(0, -1)) container = this.#partOf(container, step);
    const last: unknown = path.at(-1);
    if (!isError(this.#partOf(container, last))) throw new TypeError(MALFORMED);
    if (container instanceof Map) container.set(this.#keysOf(container)[last as number], error);
    else if (container instanceof Set) {
      this.#keysOf(container)[last as number] = error;
      this.#changedSets.add(container);
    } else (container as Fields)[last as string] = error;
  }

  #partOf(container: unknown, step: unknown): unknown {
    if (!isObject(container) || (typeof step !== 'string' && typeof step !== 'number')) {
      throw new TypeError(MALFORMED);
    }
    if (container instanceof Map || container instanceof Set) {
      if (typeof step !== 'number') return undefined;
      const key = this.#keysOf(container)[step];
      return container instanceof Map ? container.get(key) : key;
    }
    return isPlain(container) && Object.hasOwn(container, step)
      ? (container as Fields)[step]
      : undefined;
  }

  #keysOf(container: Map<unknown, unknown> | Set<unknown>): unknown[] {
    let keys = this.#keys.get(container);
    if (keys === undefined) this.#keys.set(container, (keys = [...container.keys()]));
    return keys;
  }
}
