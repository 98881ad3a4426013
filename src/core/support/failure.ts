import { UmpError, trimStack, type UmpErrorCode, type UmpErrorOptions } from '../errors.js';

/**
 * A failure that is not an Error yet. The public method calls `toError()`, so that the stack starts
 * at its caller; a failure that is never observed costs no stack capture.
 */
export class Failure {
  readonly code: UmpErrorCode;
  readonly message: string | undefined;
  readonly options: UmpErrorOptions | undefined;

  constructor(code: UmpErrorCode, message?: string, options?: UmpErrorOptions) {
    this.code = code;
    this.message = message;
    this.options = options;
  }

  toError(stackStartFn?: unknown): UmpError {
    const error = new UmpError(this.code, this.message, this.options) as UmpError;
    return trimStack(error, stackStartFn);
  }
}

/** What the callers of a server get when an error has ended it. */
export const endedByError = (cause: unknown): Failure =>
  new Failure('ServerDisappeared', 'an error ended the server: see cause', { cause });

export const abortedFailure = (cause: unknown): Failure =>
  new Failure('Aborted', undefined, { cause });

export const timeoutFailure = (ms: number): Failure =>
  new Failure('Timeout', `no reply came within ${String(ms)} ms`);
