import { Failure, type UmpError } from '../../core/internal.js';

/** The failure that `error` reports; the caller's error then has the caller's own stack. */
export const asFailure = (error: UmpError): Failure =>
  new Failure(error.code, error.message, error);
