/** Errors of calls, which say which method and which argument they are about. */
import { isUmpError, UmpError } from '../../core/internal.js';
import { CallRefused } from '../handlers/handler.js';
import { NO_CALL } from './call.js';

/** The same error with another message. */
function renamed(error: UmpError, message: string): UmpError {
  const options = 'cause' in error ? { cause: error.cause } : {};
  const named = new UmpError(error.code, message, options);
  const { stack } = error;
  if (stack !== undefined) named.stack = stack.replace(error.message, () => message);
  return named;
}

/** What follows the path of a value in the message of a DataClone error: see clone-error.ts. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/^ is a (\w+) and /, 'a $1 '],
  [/^ \((\w+)\) /, 'a $1 '],
  [/^ is /, 'it is '],
  [/^ /, 'it '],
  [/^\./, ''],
];

function fault(rest: string): string {
  const [pattern, words] = PHRASES.find(([each]) => each.test(rest)) ?? ['', ''];
  const text = rest.replace(pattern, words);
  return text.includes('a function') ? `${text}; callback(fn) passes one by reference` : text;
}

/**
 * What a call of `label`, such as `resize()`, rejects with; `needs` says what an actor with the
 * first build does not know.
 */
export function callError(error: unknown, label: string, needs?: string): unknown {
  if (needs !== undefined && isUmpError(error, 'MethodNotFound') && error.message === NO_CALL) {
    return new UmpError('NotSupported', `${label}: the actor has an older build, without ${needs}`);
  }
  if (isUmpError(error, 'Timeout')) return renamed(error, `${label}: ${error.message}`);
  if (!isUmpError(error, 'DataClone')) return error;
  // The message is [name, args].
  const [, at, rest] = /^value\[1\]\[(\d+)\]([^]*)/.exec(error.message) ?? [];
  return at === undefined || rest === undefined
    ? renamed(error, `${label}: ${error.message}`)
    : renamed(error, `argument ${String(Number(at) + 1)} of ${label}: ${fault(rest)}`);
}

/**
 * What a method fails with if its result, progress or an item cannot be sent. `what` names it.
 * `wraps` is the number of arrays around it, whose second element it is.
 */
export function sendError(error: unknown, what: string, wraps: number): unknown {
  if (!isUmpError(error, 'DataClone')) return error;
  const path = `value${'[1]'.repeat(wraps)}`;
  const { message } = error;
  const text = message.startsWith(path) ? fault(message.slice(path.length)) : message;
  return renamed(error, `${what}: ${text}`);
}

/**
 * For references in `what`, if the caller has the first build. In a stream this fails as if the
 * handler had thrown it: that build does not wait for the items before any other error.
 */
export function olderCaller(what: string, isStream: boolean): UmpError {
  const lacks = 'the caller has an older build, without callbacks, remote objects and streams';
  return new (isStream ? UmpError : CallRefused)('NotSupported', `${what}: ${lacks}`);
}
