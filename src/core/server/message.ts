import type { ReplyContext } from '../reply/reply-context.js';

/** What a server takes from its mailbox. */
export type MsgType<P = unknown, S = unknown, R = unknown, E = never> =
  { type: 'post'; msg: P } | { type: 'request'; msg: S; rctx: ReplyContext<R, E> };

export type AnyMessage = MsgType<unknown, unknown, unknown, unknown>;
