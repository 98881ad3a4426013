/** Records of Errors, as withErrors() makes them, become Errors again at the receiver. */
import { UmpError, isCode } from '../errors.js';
import { isPlain, isTold, tag, type ErrorRecord, type Fields } from './error-values.js';
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

/** Only strings count as texts: turning a hostile nested array into a string may never end. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

function revive({ name: named, message: says, stack, fields }: ErrorRecord): Error {
  if (!isObject(fields) || tag(fields) !== '[object Object]') throw new TypeError('no fields');
  const name = textOf(named) ?? 'Error';
  const message = textOf(says) ?? '';
  let error: Error;
  if (name === 'UmpError' && isCode(fields['code'])) error = new UmpError(fields['code'], message);
  else if (name === 'AggregateError') error = new AggregateError([], message);
  else error = new ((Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined) ?? Error)(message);
  // Or V8 would put the stack of this place into words, to throw them away.
  error.stack = '';
  define(error, 'stack', textOf(stack));
  if (error.name !== name) define(error, 'name', name);
  return error;
}

function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}

/** Some engines put fields of their own into every Error. */
const isShown = (error: Error, key: string): boolean =>
  Object.getOwnPropertyDescriptor(error, key)?.enumerable ?? (key !== 'cause' && key !== 'errors');

/**
 * Puts Errors back for their records, in the value itself, which must be a fresh clone: each object
 * in it is visited once. Throws (anything) on records that no {@link withErrors} made.
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
      // An object where a text belongs would be made one whenever the Error is shown.
      if (isTold(key) && isObject(field)) continue;
      define(error, key, back(field), isShown(error, key));
    }
  }
  return revived.size > 0 ? back(value) : value;
}
