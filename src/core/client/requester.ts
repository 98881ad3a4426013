import type { UmpError } from '../errors.js';
import type { ReqOptions, SendOptions } from '../options.js';
import type { WaitReply } from './wait-reply.js';

/** The outcome of `client.tryReq()`. */
export type Result<R, E = never> = { ok: true; value: R } | { ok: false; error: UmpError<E> };

/**
 * The outcome of a call. `errorOf` turns what the call rejects with into the error of the result;
 * if it throws, so does the result.
 */
export async function resultOfCall<R, E>(
  call: Promise<R>,
  errorOf = (error: unknown) => error as UmpError<E>,
): Promise<Result<R, E>> {
  try {
    return { ok: true, value: await call };
  } catch (error) {
    return { ok: false, error: errorOf(error) };
  }
}

/**
 * What callers need in order to use a server. Clients implement it, and so do pools and supervised
 * clients, which choose the server of each call. `Opts` are the options of its calls.
 */
export interface Requester<P = unknown, S = unknown, R = unknown, E = never, Opts = ReqOptions> {
  post(msg: P, options?: SendOptions): void;
  req(msg: S, options?: Opts): Promise<R>;
  tryReq(msg: S, options?: Opts): Promise<Result<R, E>>;
  reqDeferred(msg: S, options?: Opts): WaitReply<R, E>;
  ready(): Promise<void>;
  readonly closed: Promise<UmpError>;
  close(): void;
}
