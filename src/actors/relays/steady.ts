import { raise } from '../../core/errors.js';
import type { ReqOptions } from '../../core/options.js';
import type { Requester, Result } from '../../core/requester.js';
import type { WaitReply } from '../../core/wait-reply.js';

export interface SteadyReqOptions extends ReqOptions {
  /**
   * How often the request may be sent again if whoever got it died before he answered; default 0.
   * For what does no harm when it is done twice; not together with `transfer`.
   */
  idempotent?: number | undefined;
}

/**
 * Stays valid whatever becomes of the server behind it. Calls wait while there is none; what was
 * pending when it died rejects with `ServerDisappeared`, unless it may be sent again.
 *
 * All of them throw or reject as those of a Client do, and with `NotSupported` for an `idempotent`
 * that makes no sense.
 */
export interface SteadyRequester<
  P = unknown,
  S = unknown,
  R = unknown,
  E = never,
> extends Requester<P, S, R, E> {
  req(msg: S, options?: SteadyReqOptions): Promise<R>;
  tryReq(msg: S, options?: SteadyReqOptions): Promise<Result<R, E>>;
  reqDeferred(msg: S, options?: SteadyReqOptions): WaitReply<R, E>;
}

/** How often it may be sent again; throws for `entry` if that makes no sense. */
export function timesOf(
  entry: unknown,
  { idempotent = 0, transfer = [] }: SteadyReqOptions,
): number {
  if (!Number.isInteger(idempotent) || idempotent < 0) {
    raise(entry, 'NotSupported', 'idempotent must be a whole number, 0 or more');
  }
  if (idempotent > 0 && transfer.length > 0) {
    raise(
      entry,
      'NotSupported',
      'what moves cannot be sent again: leave out idempotent or transfer',
    );
  }
  return idempotent;
}
