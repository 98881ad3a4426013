/**
 * Thrown Errors as values. Structured clone strips them of their class, most names, own fields and, in
 * some engines, their cause. So an Error at the top of a value, or directly in one of its fields or
 * elements, is replaced by a record, and all records are listed beside the value: identity survives a
 * clone, so that the other side knows them from look-alikes. Records may hold records: causes, cycles.
 */
import { UmpError, isCode } from './errors.js';
import type { WireErrors } from './wire.js';

type Fields = Record<string, unknown>;
interface ErrorRecord {
  name: string;
  message: string;
  stack: string | undefined;
  fields: Fields;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const tag = (value: object): string => Object.prototype.toString.call(value);

export const isError = (value: unknown): value is Error =>
  value instanceof Error ||
  (isObject(value) && 'stack' in value && tag(value) === '[object Error]');

/** Structured clone takes these field by field. */
const isPlain = (value: object): boolean =>
  Array.isArray(value) || tag(value) === '[object Object]';

/** As most objects are, which is told faster than that they are no Errors. */
const isOrdinary = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype;
};

const mayBeError = (value: unknown): boolean =>
  isObject(value) && !isOrdinary(value) && isError(value);

/** On the hot path: does this value need {@link packErrors}? */
export function holdsErrors(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (!isOrdinary(value)) {
    if (isError(value)) return true;
    if (ArrayBuffer.isView(value)) return false;
  }
  if (Array.isArray(value)) return value.some(mayBeError);
  for (const key in value) if (mayBeError((value as Fields)[key])) return isPlain(value);
  return false;
}

/** A copy in which `exchange` has put something else for some objects, to the given depth. */
function swap(value: unknown, exchange: (object: object) => unknown, depth: number): unknown {
  if (!isObject(value)) return value;
  const other = exchange(value);
  if (other !== undefined) return other;
  if (depth === 0 || !isPlain(value)) return value;
  const deeper = (part: unknown): unknown => swap(part, exchange, depth - 1);
  if (Array.isArray(value)) return value.map(deeper);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, deeper(part)]));
}

/** The value with records for its Errors, and these; leaves the original as it is. */
export function packErrors(value: unknown): { value: unknown; errors: WireErrors } {
  const records = new Map<Error, ErrorRecord>();
  const toRecord = (object: object): unknown => {
    if (!isError(object)) return undefined;
    const known = records.get(object);
    if (known !== undefined) return known;
    const { name, message, stack } = object;
    const fields: Fields = {};
    const record: ErrorRecord = { name, message, stack, fields };
    records.set(object, record);
    for (const key of Object.getOwnPropertyNames(object)) {
      if (key in record) continue;
      fields[key] = swap((object as unknown as Fields)[key], toRecord, 1);
    }
    return record;
  };
  const packed = swap(value, toRecord, 1);
  return { value: packed, errors: [...records.values()] };
}

const BUILT_IN: Record<string, new (message: string) => Error> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

function revive({ name, message, stack, fields }: ErrorRecord): Error {
  const Class = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  let error: Error;
  if (name === 'UmpError' && isCode(fields['code'])) error = new UmpError(fields['code'], message);
  else if (name === 'AggregateError') error = new AggregateError([], message);
  else error = new (Class ?? Error)(message);
  define(error, 'stack', stack);
  if (error.name !== name) define(error, 'name', name);
  return error;
}

function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}

/** Puts Errors back for their records. Throws (anything) on records that no {@link packErrors} made. */
export function unpackErrors(value: unknown, errors: WireErrors): unknown {
  const records = errors as readonly ErrorRecord[];
  const revived = new Map<object, Error>(records.map((record) => [record, revive(record)]));
  const toError = (object: object): unknown => revived.get(object);
  for (const [record, error] of revived) {
    for (const [key, field] of Object.entries((record as ErrorRecord).fields)) {
      // Some engines put fields of their own into every Error.
      const hidden = key === 'cause' || key === 'errors' || Object.hasOwn(error, key);
      define(error, key, swap(field, toError, 1), !hidden);
    }
  }
  return swap(value, toError, 1);
}
