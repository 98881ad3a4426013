/**
 * The assertions of the suite. They compare structure only, because values can be of another realm.
 */
import { isUmpError, type UmpError, type UmpErrorCode } from 'ump-ng';

/** Not named AssertionError: test runners take those for Node's own and print less of them. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export function fail(message: string): never {
  throw new Broken(message);
}

export function ok(condition: unknown, message: string): asserts condition {
  if (!condition) fail(message);
}

/** Deep and strict: NaN is NaN, 0 is not -0, undefined is not absent. */
export function equal(actual: unknown, expected: unknown, what = 'value'): void {
  const difference = differs(actual, expected, what, new Map());
  if (difference !== undefined) fail(difference);
}

/**
 * The attempt must fail with an UmpError of this code: the promise rejects, or the function throws.
 */
export async function fails(
  attempt: Promise<unknown> | (() => unknown),
  code: UmpErrorCode,
): Promise<UmpError> {
  let value: unknown;
  try {
    value = await (typeof attempt === 'function' ? attempt() : attempt);
  } catch (error) {
    return umpError(error, code);
  }
  return fail(`expected ${code}, but it succeeded with ${show(value)}`);
}

/** The function must throw at the call, before anything is awaited. */
export function throws(attempt: () => unknown, code: UmpErrorCode): UmpError {
  let value: unknown;
  try {
    value = attempt();
  } catch (error) {
    return umpError(error, code);
  }
  return fail(`expected ${code} to be thrown, but it returned ${show(value)}`);
}

export function umpError(error: unknown, code: UmpErrorCode): UmpError {
  if (!isUmpError(error)) fail(`expected ${code}, but it is no UmpError: ${show(error)}`);
  if (error.code !== code) fail(`expected ${code}, but it is ${error.code}: ${error.message}`);
  return error;
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function differs(
  actual: unknown,
  expected: unknown,
  at: string,
  seen: Map<object, object>,
): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  const unequal = `${at} is ${show(actual)}, expected ${show(expected)}`;
  if (!isObject(actual) || !isObject(expected) || tagOf(actual) !== tagOf(expected)) return unequal;
  if (seen.has(actual)) return seen.get(actual) === expected ? undefined : unequal;
  seen.set(actual, expected);
  const a = parts(actual);
  const b = parts(expected);
  if (a.size !== b.size) return unequal;
  for (const [key, value] of b) {
    if (!a.has(key)) return `${at} lacks ${key}`;
    const difference = differs(a.get(key), value, `${at}.${key}`, seen);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Properties that are not compared: the stack, and where some engines record its origin. */
const OF_EVERY_ERROR = new Set(['stack', ...Object.getOwnPropertyNames(new Error('any'))]);

/** The parts by which objects are compared, by name. For an Error: all but its origin. */
function parts(value: object): Map<string, unknown> {
  if (ArrayBuffer.isView(value)) return entries(new Uint8Array(value.buffer));
  switch (tagOf(value)) {
    case 'ArrayBuffer':
      return entries(new Uint8Array(value as ArrayBuffer));
    case 'Map':
    case 'Set':
      return entries([...(value as Map<unknown, unknown>)]);
    case 'Date':
    case 'RegExp':
      return new Map([['text', (value as Date).toString()]]);
    case 'Error': {
      const names = Object.getOwnPropertyNames(value).filter((name) => !OF_EVERY_ERROR.has(name));
      return new Map(
        ['name', 'message', ...names].map((name) => [name, Reflect.get(value, name) as unknown]),
      );
    }
    default:
      return entries(value);
  }
}

const entries = (value: object): Map<string, unknown> =>
  new Map(Object.entries(value) as [string, unknown][]);

export function show(value: unknown): string {
  if (value instanceof Error) return String(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString();
  if (Object.is(value, -0)) return '-0';
  try {
    const text = JSON.stringify(value) as string | undefined;
    return `${isObject(value) ? `${tagOf(value)} ` : ''}${text ?? String(value)}`;
  } catch {
    return tagOf(value);
  }
}
