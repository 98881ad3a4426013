/**
 * Requesters that stay valid while the server behind them changes, and the options of their calls.
 */
import { checkTimeout, raise, type ReqOptions, type Requester } from '../../core/internal.js';
import { checkCallLimits, type CallLimits } from '../support/check-options.js';

export interface StableReqOptions extends ReqOptions {
  /**
   * How often the request is sent again if its server dies before it replies; default 0. Only for
   * requests that may be carried out more than once; not with `transfer`.
   */
  idempotent?: number | undefined;
}

export interface PoolReqOptions extends StableReqOptions {
  /**
   * Milliseconds. If the call is given up (`signal`, `timeout`) and its worker does not return to
   * its event loop within this time, the worker is killed and replaced. The worker's other calls
   * reject, or are sent again if they are `idempotent`.
   */
  killAfter?: number | undefined;
  /**
   * Calls with a higher priority leave the pool's queue first; default 0. Any number but NaN. A
   * call that is at a worker already is not overtaken.
   */
  priority?: number | undefined;
}

/**
 * Stays valid across restarts of the server behind it. Calls wait while there is no server. Calls
 * that were pending when it died reject with `ServerDisappeared`, unless they are `idempotent`.
 *
 * The methods throw or reject as those of a Client do, and with `InvalidArgument` if `idempotent`
 * is invalid.
 */
export type StableRequester<P = unknown, S = unknown, R = unknown, E = never> = Requester<
  P,
  S,
  R,
  E,
  StableReqOptions
>;

/** The requester of a pool; a supervisor has one for each pool that it restarts. */
export type PoolRequester<P = unknown, S = unknown, R = unknown, E = never> = Requester<
  P,
  S,
  R,
  E,
  PoolReqOptions
>;

/** The options of a request, validated. */
export interface RequestSettings extends CallLimits {
  /** How often the request may be sent again. */
  readonly retries: number;
  readonly killAfter: number | undefined;
  readonly priority: number;
}

/** Throws `InvalidArgument` if an option is invalid. */
export function checkRequestOptions(
  stackStartFn: unknown,
  options: PoolReqOptions,
): RequestSettings {
  return {
    retries: checkRetries(stackStartFn, options),
    timeout: checkCallLimits(stackStartFn, options),
    signal: options.signal,
    killAfter: checkTimeout(stackStartFn, options.killAfter, 'killAfter'),
    priority: checkPriority(stackStartFn, options.priority),
  };
}

function checkPriority(stackStartFn: unknown, priority = 0): number {
  if (typeof priority === 'number' && !Number.isNaN(priority)) return priority;
  return raise(stackStartFn, 'InvalidArgument', 'priority must be a number');
}

/** The settings of a request without options of this package. */
export const PLAIN_SETTINGS: RequestSettings = {
  retries: 0,
  timeout: undefined,
  signal: undefined,
  killAfter: undefined,
  priority: 0,
};

/** Returns `idempotent`; throws `InvalidArgument` if it is invalid. */
function checkRetries(
  stackStartFn: unknown,
  { idempotent = 0, transfer = [] }: StableReqOptions,
): number {
  if (!Number.isInteger(idempotent) || idempotent < 0) {
    raise(stackStartFn, 'InvalidArgument', 'idempotent must be a whole number, 0 or more');
  }
  if (idempotent > 0 && transfer.length > 0) {
    raise(stackStartFn, 'InvalidArgument', 'idempotent cannot be combined with transfer');
  }
  return idempotent;
}
