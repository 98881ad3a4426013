import {
  raise,
  type ReqOptions,
  type Requester,
  type Result,
  type WaitReply,
} from '../../core/internal.js';

export interface StableReqOptions extends ReqOptions {
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
 * All of them throw or reject as those of a Client do, and with `InvalidArgument` for an `idempotent`
 * that makes no sense.
 */
export interface StableRequester<
  P = unknown,
  S = unknown,
  R = unknown,
  E = never,
> extends Requester<P, S, R, E> {
  req(msg: S, options?: StableReqOptions): Promise<R>;
  tryReq(msg: S, options?: StableReqOptions): Promise<Result<R, E>>;
  reqDeferred(msg: S, options?: StableReqOptions): WaitReply<R, E>;
}

/** How often it may be sent again; throws for `entry` if that makes no sense. */
export function checkRetries(
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
