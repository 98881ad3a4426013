import type { ReqOptions } from '../options.js';
import type { Client } from './client.js';
import type { Result } from './requester.js';
import type { WaitReply } from './wait-reply.js';

/** By name: the type of a request, and that of its reply. */
export type RequestMap<M> = {
  readonly [K in keyof M]: readonly [request: unknown, reply: unknown];
};

/** The type of the reply to a request of type `Q`. */
export type ReplyTo<M extends RequestMap<M>, Q> = {
  [K in keyof M]: Q extends M[K][0] ? M[K][1] : never;
}[keyof M];

interface MappedRequests<M extends RequestMap<M>, P, E> {
  req<Q extends M[keyof M][0]>(msg: Q, options?: ReqOptions): Promise<ReplyTo<M, Q>>;
  tryReq<Q extends M[keyof M][0]>(msg: Q, options?: ReqOptions): Promise<Result<ReplyTo<M, Q>, E>>;
  reqDeferred<Q extends M[keyof M][0]>(msg: Q, options?: ReqOptions): WaitReply<ReplyTo<M, Q>, E>;
  clone(): MappedClient<M, P, E>;
}

/**
 * A client whose requests have replies of different types: the type of each reply follows from that
 * of the request. It is a type alone: at run time it is a Client. The server has the type
 * `Server<P, Request, Reply, E>`, with the unions of all requests and of all replies.
 *
 * ```ts
 * interface Calculator {
 *   add: [{ type: 'add'; terms: number[] }, number];
 *   print: [{ type: 'print'; value: number }, string];
 * }
 * const client = connect(worker) as MappedClient<Calculator>;
 * const sum = await client.req({ type: 'add', terms: [1, 2] }); // number
 * ```
 */
export type MappedClient<M extends RequestMap<M>, P = never, E = never> = MappedRequests<M, P, E> &
  Client<P, M[keyof M][0], M[keyof M][1], E>;
