/** The receivers that a proxy chooses from, and the messages that it queues for them. */
import {
  isUmpError,
  type Failure,
  type QueueNode,
  type Requester,
  type SendOptions,
  type UmpError,
} from '../../core/internal.js';
import type { OrderedItem } from './ordered-queue.js';

/** The methods of a requester that a proxy calls. */
export type TargetClient<P, S, R, E> = Pick<
  Requester<P, S, R, E>,
  'post' | 'req' | 'reqDeferred' | 'ready'
>;

/** What a target keeps of one request that was sent to it; one of the methods is called, once. */
export interface CallRecord {
  /** When the caller made the request, by now(). */
  readonly since: number;
  /** The request has settled, with this error if it failed. */
  settled(error?: UmpError): void;
  /** The target has returned the request: it was not begun. */
  returned(): void;
}

/** A receiver of calls. */
export interface CallTarget<P = unknown, S = unknown, R = unknown, E = unknown> {
  readonly client: TargetClient<P, S, R, E>;
  /** The mailbox was full; the target must not be picked again before it has room. */
  onFull?(): void;
  /** A post was sent to the target. */
  onPosted?(): void;
  /**
   * A request with this message was sent to the target. `since` is when the caller made it
   * (by now()), default this moment.
   */
  onRequest?(msg: unknown, since?: number): CallRecord;
  /**
   * A call was given up and the target was notified: kills the target unless it returns to its
   * event loop within `ms` milliseconds.
   */
  killUnlessResponsive?(ms: number): void;
}

/** A queue of messages for the same targets. */
export interface CallLane {
  add(message: QueuedMessage): void;
  remove(message: QueuedMessage): void;
  flush(): void;
}

/** A message that no target could take yet. */
export interface QueuedMessage extends QueueNode, OrderedItem {
  readonly msg: unknown;
  /** When the caller made it, by now(). */
  readonly createdAt: number;
  /** Counts the messages of the proxy in the order of their calls. */
  readonly number: number;
  /** Higher numbers leave the queue first. */
  readonly priority: number;
  readonly lane: CallLane;
  /** Whether the caller has given it up. */
  readonly isCancelled?: boolean;
  /** Throws, and sends nothing, if the target is gone or its mailbox is full. */
  sendTo(target: CallTarget): void;
  fail(failure: Failure): void;
}

/** Whether an error at a call says that the target is gone, and has got nothing. */
export const isTargetLost = (error: unknown): boolean =>
  isUmpError(error, 'ServerDisappeared') || isUmpError(error, 'Detached');

/**
 * Sends a post to a target without a queued post in between. Returns why nothing was sent, if
 * another target may take the post.
 */
export function postDirectly<P, S, R, E>(
  target: CallTarget<P, S, R, E>,
  msg: P,
  options: SendOptions | undefined,
): 'full' | 'lost' | undefined {
  try {
    target.client.post(msg, options);
  } catch (error) {
    if (isTargetLost(error)) return 'lost';
    if (target.onFull === undefined || !isUmpError(error, 'MailboxFull')) throw error;
    target.onFull();
    return 'full';
  }
  target.onPosted?.();
  return undefined;
}
