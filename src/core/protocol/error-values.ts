/**
 * Errors as values. Structured clone strips an Error of its class, most names, its own fields and,
 * in some engines, its cause. So an Error at the top of a value, or directly in one of its fields
 * or elements, is replaced by a record, and all records are listed beside the value. Identity
 * survives a clone, so that the receiver can tell records from objects that only look like one.
 * Records may contain records, as causes and in cycles.
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

/** Stands for a part that cannot be cloned. */
const NOTHING = Symbol();

/** Reads where code of the application may run and throw: a getter or a Proxy. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return NOTHING;
  }
}

/**
 * These have a place of their own in a record; as fields they appear only if they are no strings.
 */
export const isTextKey = (key: string): boolean =>
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

/** Whether structured clone copies the object field by field. */
export const isPlain = (value: object): boolean =>
  Array.isArray(value) || tag(value) === '[object Object]';

/** Whether the object is of a kind that is never an Error; this check is faster than isError(). */
const isOrdinary = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
};

const mayBeError = (value: unknown): boolean =>
  isObject(value) && !isOrdinary(value) && isError(value);

/** Whether a value must be sent by {@link withErrors}. This is on the hot path. */
export function holdsErrors(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (!isOrdinary(value)) {
    if (isError(value)) return true;
    if (ArrayBuffer.isView(value)) return false;
  } else if (!Array.isArray(value)) {
    // An ordinary object inherits nothing that this loop would find, and it is faster than keys().
    for (const key in value) if (mayBeError((value as Fields)[key])) return isPlain(value);
    return false;
  }
  return somePart(value, mayBeError) && isPlain(value);
}

/**
 * Sends a value that contains Errors: `send` gets a copy with records in their places, and the list
 * of the records. If the engine refuses to clone it, a second attempt leaves out what cannot be
 * cloned as a part of an Error. The original is not changed.
 */
export function withErrors<T>(
  original: unknown,
  transfer: readonly object[] | undefined,
  send: (value: unknown, errors: ErrorRecords | undefined) => T,
): T {
  const packAndSend = (transferred?: ReadonlySet<unknown>): T => {
    const { value, errors } = packErrors(original, transferred);
    return send(value, errors.length > 0 ? errors : undefined);
  };
  const transferred = new Set<unknown>(transfer);
  // Deno detaches transferred objects even if it then refuses the value, so that a second attempt
  // would fail.
  if (transferred.size > 0) return packAndSend(transferred);
  try {
    return packAndSend();
  } catch {
    return packAndSend(transferred);
  }
}

/**
 * Whether a part may be the reason why an object cannot be cloned. The symbol of a handle does not
 * count, so that a handle is tried and left out.
 */
const mayNotClone = (part: unknown): boolean =>
  Object(part) === part || (typeof part === 'symbol' && part !== IS_HANDLE);

/** How deep objects may be nested in an Error on the second attempt; deeper ones are left out. */
const MAX_DEPTH = 200;

/** With `transferred`, the transfer list, parts of Errors that cannot be cloned are left out. */
function packErrors(
  original: unknown,
  transferred: ReadonlySet<unknown> | undefined,
): { value: unknown; errors: ErrorRecords } {
  const errors: ErrorRecord[] = [];
  /** What replaces each object that was visited. */
  const replacements = new Map<object, unknown>();
  /** This list grows while it is processed, so that nested objects take no stack. */
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
      isTextKey(key) && (typeof part === 'string' || isObject(part))
        ? NOTHING
        : inError(part, depth),
    );
    return record;
  };

  const fill = (
    copy: object,
    from: object,
    keys: readonly string[],
    replacePart: (part: unknown, key: string) => unknown,
  ): void => {
    toFill.push(() => {
      for (const key of keys) {
        const read = (): unknown => replacePart((from as Fields)[key], key);
        const part = transferred === undefined || copy === top ? read() : attempt(read);
        if (part !== NOTHING) (copy as Fields)[key] = part;
      }
    });
  };

  const copyOf = (from: object, replacePart: (part: unknown) => unknown): object => {
    const copy: unknown = Array.isArray(from) ? [] : Object.create(null);
    if (Array.isArray(from)) (copy as unknown[]).length = from.length;
    fill(copy as object, from, Object.keys(from), replacePart);
    return copy as object;
  };

  /** Replaces only the Errors that are direct parts of the value. */
  const shallow = (value: object, depth: number): object =>
    holdsErrors(value)
      ? copyOf(value, (part) => (mayBeError(part) ? inError(part, depth) : part))
      : value;

  const inError = (part: unknown, depth: number): unknown => {
    if (!isObject(part)) {
      const isKept = transferred === undefined || !['function', 'symbol'].includes(typeof part);
      return isKept ? part : NOTHING;
    }
    if (!replacements.has(part)) replacements.set(part, replace(part, depth + 1));
    return replacements.get(part);
  };

  const replace = (object: object, depth: number): unknown => {
    if (transferred !== undefined && depth > MAX_DEPTH) return NOTHING;
    if (isError(object)) return recordOf(object, depth);
    if (transferred === undefined) return shallow(object, depth);
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
    // Only the engine can tell a Proxy from an object, and only if no part of it can be the reason.
    const isTried = !plain || attempt(() => somePart(object, mayNotClone)) === false;
    if (isTried && !transferred.has(object) && !clones(object)) return NOTHING;
    return plain ? copyOf(object, deeper) : object;
  };

  let top = original;
  if (isError(original)) top = inError(original, 0);
  else if (isObject(original)) {
    top = shallow(original, 0);
    replacements.set(original, top);
  }
  for (const fillNext of toFill) fillNext();
  return { value: top, errors };
}
