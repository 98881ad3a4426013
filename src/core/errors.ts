/**
 * What a call can fail with; the set is the same on every platform and across every boundary.
 *
 * - `ServerDisappeared`: the server is closed, its thread has died, or it never started.
 * - `ClientsDisappeared`: a server waits, its mailbox is empty and its last client has gone.
 * - `NoReply`: the server dropped the request unanswered, or the thread that its context moved to.
 * - `OriginDisappeared`: the reason of `rctx.signal`: the caller aborted, timed out or died.
 * - `App`: the server called `rctx.fail()`; `appError` is what it passed there.
 * - `Aborted`: the `signal` of the call aborted (its reason is the `cause`), or the request was
 *   abandoned.
 * - `Timeout`: the `timeout` of the call elapsed first.
 * - `MailboxFull`: a bounded mailbox has no room for this post; `ready()` waits for room.
 * - `Detached`: this handle or port was closed, transferred or used before.
 * - `DataClone`: a value cannot be cloned or transferred; the engine's error is the `cause`.
 * - `Protocol`: the peer sent something that is not of this protocol, or of this version of it.
 * - `HandlerFailed`: an actor's handler threw; what it threw is the `cause`.
 * - `WouldDeadlock`: a blocking call could only be answered by the thread that it blocks.
 * - `InvalidArgument`: an argument or an option has the wrong type or is out of range.
 * - `MethodNotFound`: the actor has no method, or no handler, of this name.
 * - `AlreadyListening`: a server of this name already listens at this endpoint.
 * - `NotSupported`: this platform, or this endpoint, cannot do it.
 */
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
  NoReply: 'the request was dropped without a reply',
  OriginDisappeared: 'the caller is gone',
  App: 'the server failed the request: see appError',
  Aborted: 'the signal aborted the call',
  Timeout: 'the call timed out',
  MailboxFull: 'the mailbox is full: wait for ready()',
  Detached: 'this handle was closed, transferred or used before',
  DataClone: 'the value cannot be cloned',
  Protocol: 'the peer violates the protocol',
  HandlerFailed: 'the handler threw: see cause',
  WouldDeadlock: 'the call would wait for its own thread',
  InvalidArgument: 'an argument is invalid',
  MethodNotFound: 'the actor has no such method',
  AlreadyListening: 'a server of this name already listens there',
  NotSupported: 'not supported here',
};

/** A global symbol, so that two copies of the library, or two realms, know each other's errors. */
const BRAND = Symbol.for('ump-ng.UmpError');

export interface UmpErrorOptions<E = unknown> {
  cause?: unknown;
  appError?: E;
}

/** An {@link UmpError} of one code, or of some. */
export interface UmpErrorOf<C extends UmpErrorCode, E = unknown> extends Error {
  /** What happened. */
  readonly code: C;
  /** With code `App`: a copy of what the server passed to `rctx.fail()`. Undefined otherwise. */
  readonly appError: C extends 'App' ? E : undefined;
}

/**
 * The one error class of this package. As a type it is a union by `code`: where `error.code` is
 * `'App'`, `error.appError` is an `E`.
 *
 * Compare `code` to tell errors apart, and use {@link isUmpError} instead of `instanceof`: it holds
 * across realms and duplicate copies of the package.
 *
 * @example
 * ```ts
 * const result = await client.tryReq('report');
 * if (!result.ok && result.error.code === 'App') show(result.error.appError);
 * ```
 */
export type UmpError<E = unknown> =
  UmpErrorOf<'App', E> | UmpErrorOf<Exclude<UmpErrorCode, 'App'>, E>;

/** The class {@link UmpError} as a value: it may be constructed and extended. */
export interface UmpErrorConstructor {
  /**
   * `message` defaults to a short text for the code. `E` is inferred from `options.appError`; it
   * defaults to `never`, so that an instance of a subclass without an `appError` is an `UmpError`.
   */
  new <E = never, C extends UmpErrorCode = UmpErrorCode>(
    code: C,
    message?: string,
    options?: UmpErrorOptions<E>,
  ): UmpErrorOf<C, E>;
  readonly prototype: UmpError;
}

/** The class as a value: see the type of the same name. */
export const UmpError = class UmpError extends Error {
  readonly code: UmpErrorCode;
  declare readonly appError: unknown;

  constructor(code: UmpErrorCode, message?: string, options?: UmpErrorOptions) {
    super(message ?? MESSAGES[code], options);
    this.code = code;
    if (options && 'appError' in options) this.appError = options.appError;
  }
} as unknown as UmpErrorConstructor;
Object.defineProperties(UmpError.prototype, {
  name: { value: 'UmpError', configurable: true, writable: true },
  [BRAND]: { value: true },
});

/**
 * Whether a value is an error of this package. Errors of other realms and of other copies of the
 * package are recognized as well.
 */
export function isUmpError(value: unknown): value is UmpError;
/** Whether a value is an error of this package with this code; it narrows `code` and `appError`. */
export function isUmpError<C extends UmpErrorCode>(
  value: unknown,
  code?: C,
): value is C extends UmpErrorCode ? UmpErrorOf<C> : never;
export function isUmpError(value: unknown, code?: UmpErrorCode): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { [BRAND]?: unknown })[BRAND] === true &&
    (code === undefined || (value as UmpError).code === code)
  );
}

export const isCode = (code: unknown): code is UmpErrorCode =>
  typeof code === 'string' && Object.hasOwn(MESSAGES, code);

/** The code of an ERR frame; a code that this version does not know becomes `Protocol`. */
export const codeFromWire = (code: string): UmpErrorCode => (isCode(code) ? code : 'Protocol');

const { captureStackTrace } = Error as {
  captureStackTrace?: (error: object, omitAbove?: unknown) => void;
};

const inWebKit = 'line' in new Error();

/**
 * Trims the stack trace so that it starts at the caller of `stackStartFn`, the public method. Where
 * the engine cannot do that, the stack stays as it is; V8 cannot if `stackStartFn` is an async
 * method that goes on after an await, because its stack then holds only the awaiting callers.
 *
 * Bun cuts at the first function with the name of `stackStartFn`, so no function that the public
 * method calls may have the same name.
 */
export function trimStack<T extends Error>(error: T, stackStartFn: unknown): T {
  // WebKit cuts only a stack that was read before, and leaves an empty one if it does not contain
  // the function.
  const before = inWebKit ? error.stack : undefined;
  captureStackTrace?.(error, stackStartFn);
  if (before !== undefined) error.stack ||= before;
  return error;
}

/** Throws an UmpError whose stack is trimmed by {@link trimStack}. */
export function raise(
  stackStartFn: unknown,
  code: UmpErrorCode,
  message?: string,
  options?: UmpErrorOptions,
): never {
  throw trimStack(new UmpError(code, message, options), stackStartFn);
}
