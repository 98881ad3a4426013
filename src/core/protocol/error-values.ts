/**
 * Errors as values. Structured clone strips an Error of its class, most names, its own fields and,
 * in some engines, its cause. So an Error at the top of a value, or directly in one of its fields
 * or elements, is replaced by a record, and all records are listed beside the value. Identity
 * survives a clone, so that the receiver can tell records from objects that only look like one.
 * Records may contain records, as causes and in cycles.
 *
 * An Error that lies deeper stays where it is, so that nothing around it must be copied: its record
 * says where that is, and the receiver puts the revived Error there. Such Errors are searched for
 * in the results of Promise.allSettled(), and everywhere once a class is registered: see
 * error-classes.ts.
 */
import { areErrorClassesRegistered } from './error-classes.js';
import { natives } from '../support/natives.js';
import { isObject, somePart } from '../support/parts.js';
import type { Path } from './deep-errors.js';

export type Fields = Record<string, unknown>;
export interface ErrorRecord {
  name: string;
  message: string;
  stack: string | undefined;
  fields: Fields;
  /** The name of its registered class. */
  class?: string;
  /** Set if the Error lies deeper in the value: the paths to it. */
  at?: readonly Path[];
}

/**
 * These have a place of their own in a record; they are fields of it only if they are neither
 * strings nor objects.
 */
export const isTextKey = (key: string): boolean =>
  key === 'name' || key === 'message' || key === 'stack';

/** Such as `[object Map]`; undefined if code of the application, which this may call, throws. */
export function classTag(value: object): string | undefined {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return undefined;
  }
}

export function isError(value: unknown): value is Error {
  try {
    return (
      value instanceof Error ||
      (isObject(value) && 'stack' in value && classTag(value) === '[object Error]')
    );
  } catch {
    return false;
  }
}

/** Whether structured clone copies the object field by field. */
export const isPlain = (value: object): boolean =>
  Array.isArray(value) || classTag(value) === '[object Object]';

/**
 * Whether its class is Object or Array, so that it inherits nothing and is no Error. This check is
 * faster than isError().
 */
export const isOrdinary = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
};

/** Throws if a clone would lose the object without an error of the engine. */
export const mayBeError = (value: unknown): boolean =>
  isObject(value) && !isOrdinary(value) && isErrorUnlessLost(value);

/** Whether it is a result of Promise.allSettled(), as far as its first element shows. */
export function isSettledList(value: object): boolean {
  if (!Array.isArray(value)) return false;
  const first: unknown = value[0];
  if (!isObject(first) || !Object.hasOwn(first, 'status')) return false;
  const { status } = first as Fields;
  return status === 'fulfilled' || status === 'rejected';
}

const mayHoldError = (value: unknown): boolean =>
  isObject(value) && (isSettledList(value) || (!isOrdinary(value) && isErrorUnlessLost(value)));

function isErrorUnlessLost(value: object): boolean {
  if (isError(value)) return true;
  if (!natives().isLost(value)) return false;
  const refusal = new Error('an object of the platform could not be cloned');
  refusal.name = 'DataCloneError';
  throw refusal;
}

/**
 * Whether a value may contain Errors that need records. Throws if a clone would lose it, or a
 * direct part of it, without an error of the engine. This is on the hot path.
 */
export const holdsErrors = (value: unknown): boolean =>
  isObject(value) && (mayHoldErrors(value) || areErrorClassesRegistered());

/** Itself, among its direct parts, or in a list of settled results. */
function mayHoldErrors(value: object): boolean {
  if (!isOrdinary(value)) {
    if (isErrorUnlessLost(value)) return true;
    if (ArrayBuffer.isView(value)) return false;
  } else if (!Array.isArray(value)) {
    // An ordinary object inherits nothing that this loop would find, and it is faster than keys().
    for (const key in value) if (mayHoldError((value as Fields)[key])) return isPlain(value);
    return false;
  }
  return isSettledList(value) || (somePart(value, mayHoldError) && isPlain(value));
}
