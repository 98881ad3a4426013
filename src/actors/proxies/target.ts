/** Who takes what comes to a relay, and what waits there for one. */
import type { Failure, QueueNode, ReqOptions, Requester, UmpError } from '../../core/internal.js';

/** What is needed of him. */
export type Callable<P, S, R, E> = Pick<
  Requester<P, S, R, E>,
  'post' | 'req' | 'reqDeferred' | 'ready'
>;

/** Whoever takes calls. */
export interface Target<P = unknown, S = unknown, R = unknown, E = unknown> {
  readonly client: Callable<P, S, R, E>;
  /** He has no room at the moment, though he was picked; he is not again before he has. */
  onFull?(): void;
  /** One more post was sent to him. */
  onPosted?(): void;
  /**
   * One more request is with him, made at that time (by performance.now()) or now; to be called
   * when it has settled, with what it failed by.
   */
  onRequest?(since?: number): (error?: UmpError) => void;
  /** He was told that it is given up: is he still there, so many milliseconds later? */
  killUnlessResponsive?(within: number): void;
}

/** What nobody could take yet. */
export interface QueuedMessage extends QueueNode {
  readonly msg: unknown;
  /** When it was made, by performance.now(). */
  readonly createdAt: number;
  /** It has been given up meanwhile. */
  readonly isCancelled?: boolean;
  /** Throws, and nothing was sent, if he is gone, or has no room. */
  sendTo(target: Target): void;
  fail(failure: Failure): void;
}

/** Straight on, with nothing between. */
export function request<P, S, R, E>(
  target: Target<P, S, R, E>,
  msg: S,
  options: ReqOptions,
): Promise<R> {
  const reply = target.client.req(msg, options);
  const over = target.onRequest?.();
  if (over !== undefined) {
    reply.then(() => {
      over();
    }, over);
  }
  return reply;
}
