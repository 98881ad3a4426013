import type { UmpError } from '../errors.js';
import type { ReqOptions, SendOptions } from '../options.js';
import type { WaitReply } from './wait-reply.js';

/** The outcome of `client.tryReq()`. */
export type Result<R, E = never> = { ok: true; value: R } | { ok: false; error: UmpError<E> };

/**
 * What callers need in order to use a server. Clients implement it, and so do pools and supervised
 * clients, which choose the server of each call.
 */
export interface Requester<P = unknown, S = unknown, R = unknown, E = never> {
  post(msg: P, options?: SendOptions): void;
  req(msg: S, options?: ReqOptions): Promise<R>;
  tryReq(msg: S, options?: ReqOptions): Promise<Result<R, E>>;
  reqDeferred(msg: S, options?: ReqOptions): WaitReply<R, E>;
  ready(): Promise<void>;
  readonly closed: Promise<UmpError>;
  close(): void;
}
