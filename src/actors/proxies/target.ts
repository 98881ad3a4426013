/** The receivers that a proxy chooses from, and the messages that it queues for them. */
import type { Failure, QueueNode, ReqOptions, Requester, UmpError } from '../../core/internal.js';

/** The methods of a requester that a proxy calls. */
export type Callable<P, S, R, E> = Pick<
  Requester<P, S, R, E>,
  'post' | 'req' | 'reqDeferred' | 'ready'
>;

/** A receiver of calls. */
export interface Target<P = unknown, S = unknown, R = unknown, E = unknown> {
  readonly client: Callable<P, S, R, E>;
  /** The mailbox was full; the target must not be picked again before it has room. */
  onFull?(): void;
  /** A post was sent to the target. */
  onPosted?(): void;
  /**
   * A request was sent to the target. `since` is when the caller made it (performance.now()),
   * default now. The returned function must be called once the request has settled, with its error
   * if it failed.
   */
  onRequest?(since?: number): (error?: UmpError) => void;
  /**
   * A call was given up and the target was notified: kills the target unless it returns to its
   * event loop within `ms` milliseconds.
   */
  killUnlessResponsive?(ms: number): void;
}

/** A message that no target could take yet. */
export interface QueuedMessage extends QueueNode {
  readonly msg: unknown;
  /** When the caller made it, by performance.now(). */
  readonly createdAt: number;
  /** Whether the caller has given it up. */
  readonly isCancelled?: boolean;
  /** Throws, and sends nothing, if the target is gone or its mailbox is full. */
  sendTo(target: Target): void;
  fail(failure: Failure): void;
}

/** Sends a request to a target directly, without a queued request in between. */
export function request<P, S, R, E>(
  target: Target<P, S, R, E>,
  msg: S,
  options: ReqOptions,
): Promise<R> {
  const reply = target.client.req(msg, options);
  const onSettled = target.onRequest?.();
  if (onSettled !== undefined) {
    reply.then(() => {
      onSettled();
    }, onSettled);
  }
  return reply;
}
