/** Turns the records of pack-errors.ts back into Errors, at the receiver: see error-values.ts. */
import { UmpError, isCode } from '../errors.js';
import { DeepPlaces } from './deep-errors.js';
import { registeredClass } from './error-classes.js';
import { classTag, isPlain, isTextKey, type ErrorRecord, type Fields } from './error-values.js';
import { isObject, somePart } from '../support/parts.js';
import { ownGlobal } from '../support/platform.js';
import type { ErrorRecords } from './frames.js';

/** The prototype of the class that a record names, be it registered or built in. */
function prototypeOf({ class: registered, fields }: ErrorRecord, name: string): object {
  const errorClass = registeredClass(registered);
  if (errorClass !== undefined) return errorClass.prototype as object;
  if (name === 'UmpError' && isCode(fields['code'])) return UmpError.prototype;
  return /^(Aggregate|Eval|Range|Reference|Syntax|Type|URI)Error$/.test(name)
    ? ((ownGlobal(name) as typeof Error | undefined) ?? Error).prototype
    : Error.prototype;
}

/** Undefined unless it is a string: converting a hostile nested array to one may never end. */
const stringOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** @param known The fields of other records: many records could share one large object. */
function reviveError(record: ErrorRecord, known: Set<object>): Error {
  const { stack, fields } = record;
  if (!isObject(fields) || classTag(fields) !== '[object Object]' || known.has(fields)) {
    throw new TypeError('malformed error records');
  }
  known.add(fields);
  const name = stringOf(record.name) ?? 'Error';
  const message = stringOf(record.message) ?? '';
  const revived = new Error(message);
  Object.setPrototypeOf(revived, prototypeOf(record, name));
  // Otherwise V8 would format the stack of this place, which is replaced below.
  revived.stack = '';
  define(revived, 'stack', stringOf(stack));
  if (revived.name !== name) define(revived, 'name', name);
  return revived;
}

function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}

/** Whether a field is enumerable. Some engines add fields of their own to every Error. */
const isEnumerable = (error: Error, key: string): boolean =>
  Object.getOwnPropertyDescriptor(error, key)?.enumerable ?? (key !== 'cause' && key !== 'errors');

/**
 * Replaces records by Errors within the value itself, which must be a fresh clone: each object in
 * it is visited once. Throws (anything) on records that were not made by {@link withErrors}.
 */
export function unpackErrors(value: unknown, errors: ErrorRecords): unknown {
  const revived = new Map<unknown, Error>();
  const known = new Set<object>();
  for (const record of errors) {
    if (!revived.has(record)) revived.set(record, reviveError(record as ErrorRecord, known));
  }
  const seen = new Set<unknown>();
  const back = (part: unknown): unknown => {
    const error = revived.get(part);
    if (error !== undefined) return error;
    if (!isObject(part) || seen.has(part) || !isPlain(part)) return part;
    seen.add(part);
    somePart(part, (inner, key) => {
      const other = revived.get(inner);
      if (other !== undefined) (part as Fields)[key] = other;
      return false;
    });
    return part;
  };
  for (const [record, error] of revived) {
    const { fields } = record as ErrorRecord;
    for (const key of Object.keys(fields)) {
      const field = fields[key];
      // An object in the place of a string would be converted whenever the Error is printed.
      if (isTextKey(key) && isObject(field)) continue;
      define(error, key, back(field), isEnumerable(error, key));
    }
  }
  const places = new DeepPlaces(value);
  for (const [record, error] of revived) {
    const { at } = record as ErrorRecord;
    if (at !== undefined) places.put(error, at);
  }
  places.finish();
  return revived.size > 0 ? back(value) : value;
}
