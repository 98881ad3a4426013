import type { UmpError } from '../errors.js';
import type { ReqOptions, SendOptions } from '../options.js';
import type { WaitReply } from './wait-reply.js';

/** What a call came to. */
export type Result<R, E = never> = { ok: true; value: R } | { ok: false; error: UmpError<E> };

/** What callers need of a server, whatever stands between: a Client is one. */
export interface Requester<P = unknown, S = unknown, R = unknown, E = never> {
  post(msg: P, options?: SendOptions): void;
  req(msg: S, options?: ReqOptions): Promise<R>;
  tryReq(msg: S, options?: ReqOptions): Promise<Result<R, E>>;
  reqDeferred(msg: S, options?: ReqOptions): WaitReply<R, E>;
  ready(): Promise<void>;
  readonly closed: Promise<UmpError>;
  close(): void;
}
