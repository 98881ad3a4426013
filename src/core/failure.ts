import { UmpError, blame, type UmpErrorCode, type UmpErrorOptions } from './errors.js';

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

  toError(entry?: unknown): UmpError {
    return blame(new UmpError(this.code, this.message, this.options), entry);
  }
}
