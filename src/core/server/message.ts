import type { ReplyContext } from '../reply/reply-context.js';

/**
 * A message that a server takes from its mailbox; its `type` distinguishes posts from requests.
 * `P` is the type of posts, `S` of requests, `R` of replies, `E` of the application's own errors.
 */
export type MsgType<P = unknown, S = unknown, R = unknown, E = never> =
  { type: 'post'; msg: P } | { type: 'request'; msg: S; rctx: ReplyContext<R, E> };

export type AnyMessage = MsgType<unknown, unknown, unknown, unknown>;
