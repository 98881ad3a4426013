/** What can go wrong; the same on every platform and across every boundary. */
export type UmpErrorCode =
  | 'ServerDisappeared'
  | 'ClientsDisappeared'
  | 'NoReply'
  | 'OriginDisappeared'
  | 'App'
  | 'Aborted'
  | 'Timeout'
  | 'MailboxFull'
  | 'Detached'
  | 'DataClone'
  | 'Protocol'
  | 'HandlerFailed'
  | 'WouldDeadlock'
  | 'InvalidArgument'
  | 'MethodNotFound'
  | 'AlreadyListening'
  | 'NotSupported';

const MESSAGES: Readonly<Record<UmpErrorCode, string>> = {
  ServerDisappeared: 'the server is gone',
  ClientsDisappeared: 'no client is left',
  NoReply: 'the request was dropped unanswered',
  OriginDisappeared: 'the caller is gone',
  App: 'the server failed the request: see appError',
  Aborted: 'aborted by its signal',
  Timeout: 'not answered in time',
  MailboxFull: 'the mailbox is full: wait for ready()',
  Detached: 'this handle was closed, given away or used up',
  DataClone: 'the value cannot be cloned',
  Protocol: 'the other side does not keep to the protocol',
  HandlerFailed: 'the handler threw: see cause',
  WouldDeadlock: 'this would wait for its own thread',
  InvalidArgument: 'an argument is invalid',
  MethodNotFound: 'the actor has no such method',
  AlreadyListening: 'a server of this name already listens there',
  NotSupported: 'not supported here',
};

/** Global, so that two copies of the library, or two realms, know each other's errors. */
const BRAND = Symbol.for('ump-ng.UmpError');

export interface UmpErrorOptions<E = unknown> {
  cause?: unknown;
  appError?: E;
}

/**
 * The one error class of this package. Tell errors apart by `code`, and use {@link isUmpError}
 * instead of `instanceof`: it holds across realms and duplicate copies of the package.
 */
export class UmpError<E = unknown> extends Error {
  /** What happened; the same set on every platform. */
  readonly code: UmpErrorCode;
  /** With code `App`: what the server gave to `rctx.fail()`, whole. */
  declare readonly appError?: E;

  constructor(code: UmpErrorCode, message?: string, options?: UmpErrorOptions<E>) {
    super(
      message ?? MESSAGES[code],
      options && 'cause' in options ? { cause: options.cause } : undefined,
    );
    this.code = code;
    if (options && 'appError' in options) this.appError = options.appError;
  }
}
Object.defineProperties(UmpError.prototype, {
  name: { value: 'UmpError', configurable: true, writable: true },
  [BRAND]: { value: true },
});

/**
 * Is this an error of this package (and, if a code is given, with that code)?
 * Works on errors of other realms and of other copies of the package.
 */
export function isUmpError(value: unknown, code?: UmpErrorCode): value is UmpError {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { [BRAND]?: unknown })[BRAND] === true &&
    (code === undefined || (value as UmpError).code === code)
  );
}

export const isCode = (code: unknown): code is UmpErrorCode =>
  typeof code === 'string' && Object.hasOwn(MESSAGES, code);

/** A code that came over a wire: whatever it is, the caller gets an error he can act on. */
export const codeFromWire = (code: string): UmpErrorCode => (isCode(code) ? code : 'Protocol');

const { captureStackTrace } = Error as {
  captureStackTrace?: (error: object, omitAbove?: unknown) => void;
};

const inWebKit = 'line' in new Error();

/**
 * Lets the stack start at the caller's line: `entry`, the public method he called, and all below it
 * are left out. Where the engine can't (or `entry` is an async method that goes on after an await:
 * V8 keeps the awaiting callers), the stack stays as it is. Bun cuts at the first function of the
 * entry's name: none that it calls may have the same.
 */
export function trimStack<T extends Error>(error: T, stackStartFn: unknown): T {
  // WebKit cuts only a stack that was looked at, and leaves nothing of one without the entry.
  const before = inWebKit ? error.stack : undefined;
  captureStackTrace?.(error, stackStartFn);
  if (before !== undefined) error.stack ||= before;
  return error;
}

/** Throws as {@link trimStack} says. */
export function raise(
  stackStartFn: unknown,
  code: UmpErrorCode,
  message?: string,
  options?: UmpErrorOptions,
): never {
  throw trimStack(new UmpError(code, message, options), stackStartFn);
}
