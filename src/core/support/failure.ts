import { UmpError, trimStack, type UmpErrorCode, type UmpErrorOptions } from '../errors.js';

/**
 * How a call failed. It becomes an error only where the caller sees it, so that the stack is his.
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
    return trimStack(new UmpError(this.code, this.message, this.options), stackStartFn);
  }
}
