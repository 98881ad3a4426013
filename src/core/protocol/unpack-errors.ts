/** Turns the records that withErrors() has made back into Errors at the receiver. */
import { UmpError, isCode } from '../errors.js';
import { isPlain, isTextKey, tag, type ErrorRecord, type Fields } from './error-values.js';
import { isObject, somePart } from '../support/parts.js';
import type { ErrorRecords } from './frames.js';

const BUILT_IN: Record<string, new (message: string) => Error> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Undefined unless it is a string: converting a hostile nested array to one may never end. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

function revive(record: ErrorRecord): Error {
  const { stack, fields } = record;
  if (!isObject(fields) || tag(fields) !== '[object Object]')
    throw new TypeError('fields are missing');
  const name = textOf(record.name) ?? 'Error';
  const message = textOf(record.message) ?? '';
  let error: Error;
  if (name === 'UmpError' && isCode(fields['code'])) error = new UmpError(fields['code'], message);
  else if (name === 'AggregateError') error = new AggregateError([], message);
  else error = new ((Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined) ?? Error)(message);
  // Otherwise V8 would format the stack of this place, which is replaced below.
  error.stack = '';
  define(error, 'stack', textOf(stack));
  if (error.name !== name) define(error, 'name', name);
  return error;
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
  for (const record of errors) {
    if (!revived.has(record)) revived.set(record, revive(record as ErrorRecord));
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
  return revived.size > 0 ? back(value) : value;
}
