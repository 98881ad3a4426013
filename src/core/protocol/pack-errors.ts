/** Puts the records of Errors in the places of those, at the sender: see error-values.ts. */
import { canClone } from './can-clone.js';
import { IS_HANDLE } from '../support/finalization.js';
import { isObject, somePart } from '../support/parts.js';
import { deepErrors } from './deep-errors.js';
import { registeredName } from './error-classes.js';
import {
  isError,
  isPlain,
  isTextKey,
  mayBeError,
  type ErrorRecord,
  type Fields,
} from './error-values.js';
import type { ErrorRecords } from './frames.js';

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
    const registered = registeredName(error);
    if (registered !== undefined) record.class = registered;
    errors.push(record);
    fill(fields, error, Object.getOwnPropertyNames(error), (part, key) =>
      isTextKey(key) && (typeof part === 'string' || isObject(part))
        ? NOTHING
        : inError(part, depth, true),
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

  /**
   * Replaces only the Errors that are direct parts of the value. Throws if a clone would lose the
   * value or one of them.
   */
  const shallow = (value: object, depth: number): object =>
    !mayBeError(value) && isPlain(value) && somePart(value, mayBeError)
      ? copyOf(value, (part) => (mayBeError(part) ? inError(part, depth) : part))
      : value;

  /** `isField`: the part is a field of an Error, and so Errors among its own parts have records. */
  const inError = (part: unknown, depth: number, isField = false): unknown => {
    if (!isObject(part)) {
      const isKept = transferred === undefined || !['function', 'symbol'].includes(typeof part);
      return isKept ? part : NOTHING;
    }
    if (!replacements.has(part)) replacements.set(part, replace(part, depth + 1, isField));
    return replacements.get(part);
  };

  const replace = (object: object, depth: number, isField: boolean): unknown => {
    if (transferred !== undefined && depth > MAX_DEPTH) return NOTHING;
    if (isError(object)) return recordOf(object, depth);
    if (transferred === undefined) return shallow(object, depth);
    const plain = isPlain(object);
    const deeper = (part: unknown): unknown => {
      if ((plain && isField) || !isError(part)) return inError(part, depth);
      // The receiver looks for records in fields and their direct parts only.
      return canClone(part) ? part : NOTHING;
    };
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
    // Only the engine can tell a Proxy from an object, and only if no part of it can be the reason.
    const isTried = !plain || attempt(() => somePart(object, mayNotClone)) === false;
    if (isTried && !transferred.has(object) && !canClone(object)) return NOTHING;
    return plain ? copyOf(object, deeper) : object;
  };

  let top = original;
  if (isError(original)) top = inError(original, 0);
  else if (isObject(original)) {
    top = shallow(original, 0);
    replacements.set(original, top);
    for (const [error, paths] of deepErrors(original)) {
      (inError(error, 0) as ErrorRecord).at = paths;
    }
  }
  for (const fillNext of toFill) fillNext();
  return { value: top, errors };
}
