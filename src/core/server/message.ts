import { POST, type MessageFrame } from '../protocol/frames.js';
import { valueIn } from '../protocol/values.js';
import { createContext, type ReplyContext } from '../reply/reply-context.js';
import type { MessageCounts } from './message-counts.js';
import type { Sender } from './sender.js';
import type { ServerConnection } from './server-connection.js';

/**
 * A message that a server takes from its mailbox; its `type` distinguishes posts from requests, and
 * only requests have an `rctx`. `P` is the type of posts, `S` of requests, `R` of replies, `E` of
 * the application's own errors. Where `P` or `S` is `never`, there are no messages of that kind.
 */
export type MsgType<P = unknown, S = unknown, R = unknown, E = never> =
  | ([P] extends [never] ? never : PostMessage<P>)
  | ([S] extends [never] ? never : RequestMessage<S, R, E>);

interface PostMessage<P> {
  type: 'post';
  msg: P;
  /** The client that sent it. */
  from: Sender;
  rctx?: undefined;
}

interface RequestMessage<S, R, E> {
  type: 'request';
  msg: S;
  /** The client that sent it. */
  from: Sender;
  /** Answers the request, once. */
  rctx: ReplyContext<R, E>;
}

export type AnyMessage = MsgType<unknown, unknown, unknown, unknown>;

/**
 * The message in a frame that is taken from the mailbox now. Undefined if the frame is malformed,
 * which closes its connection.
 */
export function messageOf(
  connection: ServerConnection,
  frame: MessageFrame,
  counts: MessageCounts,
): AnyMessage | undefined {
  let msg: unknown;
  try {
    msg = valueIn(frame);
  } catch {
    connection.onDequeued();
    connection.refuse('malformed error records');
    return undefined;
  }
  counts.recordTaken(frame);
  connection.onDequeued(frame);
  const from = connection.sender;
  if (frame[0] === POST) return { type: 'post', msg, from };
  return { type: 'request', msg, from, rctx: createContext(connection, frame[1]) };
}
