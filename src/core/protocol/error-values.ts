/**
 * Thrown Errors as values. Structured clone strips them of their class, most names, own fields and,
 * in some engines, their cause. So an Error at the top of a value, or directly in one of its fields
 * or elements, is replaced by a record, and all records are listed beside the value: identity
 * survives a clone, so that the other side knows them from look-alikes. Records may hold records:
 * causes, cycles.
 */
import { IS_HANDLE } from '../support/finalization.js';
import { clones, isObject, somePart } from '../support/parts.js';
import type { ErrorRecords } from './frames.js';

export type Fields = Record<string, unknown>;
export interface ErrorRecord {
  name: string;
  message: string;
  stack: string | undefined;
  fields: Fields;
}

/** Stands for what cannot travel. */
const NOTHING = Symbol();

/** For what the user's own code may have a hand in: a getter, a Proxy. */
function attempt(look: () => unknown): unknown {
  try {
    return look();
  } catch {
    return NOTHING;
  }
}

/** These stand in a record of their own right; as fields only where they are no texts. */
export const isTold = (key: string): boolean =>
  key === 'name' || key === 'message' || key === 'stack';

export const tag = (value: object): unknown => attempt(() => Object.prototype.toString.call(value));

export function isError(value: unknown): value is Error {
  try {
    return (
      value instanceof Error ||
      (isObject(value) && 'stack' in value && tag(value) === '[object Error]')
    );
  } catch {
    return false;
  }
}

/** Structured clone takes these field by field. */
export const isPlain = (value: object): boolean =>
  Array.isArray(value) || tag(value) === '[object Object]';

/** As most objects are, which is told faster than that they are no Errors. */
const isOrdinary = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
};

const mayBeError = (value: unknown): boolean =>
  isObject(value) && !isOrdinary(value) && isError(value);

/** On the hot path: does this value need {@link withErrors}? */
export function holdsErrors(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (!isOrdinary(value)) {
    if (isError(value)) return true;
    if (ArrayBuffer.isView(value)) return false;
  } else if (!Array.isArray(value)) {
    // They inherit nothing that this loop would find, and it is faster than a list of keys.
    for (const key in value) if (mayBeError((value as Fields)[key])) return isPlain(value);
    return false;
  }
  return somePart(value, mayBeError) && isPlain(value);
}

/**
 * Sends a value that holds Errors: `send` gets it with records in their places, and these. What
 * cannot travel as a part of an Error is left out, if the engine refuses the value as it is. The
 * original is not changed.
 */
export function withErrors<T>(
  given: unknown,
  transfer: readonly object[] | undefined,
  send: (value: unknown, errors: ErrorRecords | undefined) => T,
): T {
  const go = (moves?: ReadonlySet<unknown>): T => {
    const { value, errors } = packErrors(given, moves);
    return send(value, errors.length > 0 ? errors : undefined);
  };
  const moves = new Set<unknown>(transfer);
  // Deno takes away what shall move even if it then refuses the value: there is no second attempt.
  if (moves.size > 0) return go(moves);
  try {
    return go();
  } catch {
    return go(moves);
  }
}

/** But for a handle: what has that is one. */
const mayNotClone = (part: unknown): boolean =>
  Object(part) === part || (typeof part === 'symbol' && part !== IS_HANDLE);

/**
 * Objects in one another within an Error; more of them than this are left out, if the engine
 * refuses it whole.
 */
const DEEPEST = 200;

/** With `moves`, which names what is transferred, Errors are packed without what cannot travel. */
function packErrors(
  given: unknown,
  moves: ReadonlySet<unknown> | undefined,
): { value: unknown; errors: ErrorRecords } {
  const errors: ErrorRecord[] = [];
  /** What goes in the place of each object that was looked at. */
  const places = new Map<object, unknown>();
  /** It grows while it is worked off, so that depth costs no stack. */
  const toFill: (() => void)[] = [];

  const recordOf = (error: Error, depth: number): ErrorRecord => {
    const text = (key: 'name' | 'message' | 'stack'): string | undefined => {
      const read = attempt(() => error[key]);
      return typeof read === 'string' ? read : undefined;
    };
    const fields = Object.create(null) as Fields;
    const [name = 'Error', message = '', stack] = [text('name'), text('message'), text('stack')];
    const record: ErrorRecord = { name, message, stack, fields };
    errors.push(record);
    fill(fields, error, Object.getOwnPropertyNames(error), (part, key) =>
      isTold(key) && (typeof part === 'string' || isObject(part)) ? NOTHING : inError(part, depth),
    );
    return record;
  };

  const fill = (
    to: object,
    from: object,
    keys: readonly string[],
    place: (part: unknown, key: string) => unknown,
  ): void => {
    toFill.push(() => {
      for (const key of keys) {
        const look = (): unknown => place((from as Fields)[key], key);
        const part = moves === undefined || to === top ? look() : attempt(look);
        if (part !== NOTHING) (to as Fields)[key] = part;
      }
    });
  };

  const copyOf = (from: object, place: (part: unknown) => unknown): object => {
    const copy: unknown = Array.isArray(from) ? [] : Object.create(null);
    if (Array.isArray(from)) (copy as unknown[]).length = from.length;
    fill(copy as object, from, Object.keys(from), place);
    return copy as object;
  };

  /** Only Errors are exchanged that stand directly in it. */
  const shallow = (value: object, depth: number): object =>
    holdsErrors(value)
      ? copyOf(value, (part) => (mayBeError(part) ? inError(part, depth) : part))
      : value;

  const inError = (part: unknown, depth: number): unknown => {
    if (!isObject(part)) {
      const travels = moves === undefined || !['function', 'symbol'].includes(typeof part);
      return travels ? part : NOTHING;
    }
    if (!places.has(part)) places.set(part, placeOf(part, depth + 1));
    return places.get(part);
  };

  const placeOf = (object: object, depth: number): unknown => {
    if (moves !== undefined && depth > DEEPEST) return NOTHING;
    if (isError(object)) return recordOf(object, depth);
    if (moves === undefined) return shallow(object, depth);
    const deeper = (part: unknown): unknown => inError(part, depth);
    if (object instanceof Map) {
      const copy = new Map();
      const entries = [...object];
      toFill.push(() => {
        for (const [key, value] of entries) {
          const parts = [deeper(key), deeper(value)];
          if (!parts.includes(NOTHING)) copy.set(parts[0], parts[1]);
        }
      });
      return copy;
    }
    if (object instanceof Set) {
      const copy = new Set();
      const values = [...object];
      toFill.push(() => {
        for (const value of values) if (deeper(value) !== NOTHING) copy.add(deeper(value));
      });
      return copy;
    }
    if (ArrayBuffer.isView(object)) return deeper(object.buffer) === NOTHING ? NOTHING : object;
    const plain = isPlain(object);
    // A Proxy is told from an object by the engine alone, and only where nothing in it may be the
    // reason.
    const isSure = !plain || attempt(() => somePart(object, mayNotClone)) === false;
    if (isSure && !moves.has(object) && !clones(object)) return NOTHING;
    return plain ? copyOf(object, deeper) : object;
  };

  let top = given;
  if (isError(given)) top = inError(given, 0);
  else if (isObject(given)) {
    top = shallow(given, 0);
    places.set(given, top);
  }
  for (const work of toFill) work();
  return { value: top, errors };
}
