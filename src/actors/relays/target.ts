/** Who takes what comes to a relay, and what waits there for one. */
import type { UmpError } from '../../core/errors.js';
import type { Failure } from '../../core/failure.js';
import type { ReqOptions } from '../../core/options.js';
import type { QueueNode } from '../../core/queue.js';
import type { Requester } from '../../core/requester.js';

/** What is needed of him. */
export type Callable<P, S, R, E> = Pick<
  Requester<P, S, R, E>,
  'post' | 'req' | 'reqDeferred' | 'ready'
>;

/** Whoever takes calls. */
export interface Target<P = unknown, S = unknown, R = unknown, E = unknown> {
  readonly client: Callable<P, S, R, E>;
  /** He has no room at the moment, though he was picked; he is not again before he has. */
  filled?(): void;
  /** One more post was sent to him. */
  posted?(): void;
  /**
   * One more request is with him, made at that time (by performance.now()) or now; to be called
   * when it has settled, with what it failed by.
   */
  began?(since?: number): (error?: UmpError) => void;
  /** He was told that it is given up: is he still there, so many milliseconds later? */
  mustReact?(within: number): void;
}

/** What nobody could take yet. */
export interface Waiting extends QueueNode {
  readonly msg: unknown;
  /** When it was made, by performance.now(). */
  readonly since: number;
  /** It has been given up meanwhile. */
  readonly gone?: boolean;
  /** Throws, and nothing was sent, if he is gone, or has no room. */
  go(target: Target): void;
  fail(failure: Failure): void;
}

/** Straight on, with nothing between. */
export function ask<P, S, R, E>(
  target: Target<P, S, R, E>,
  msg: S,
  options: ReqOptions,
): Promise<R> {
  const reply = target.client.req(msg, options);
  const over = target.began?.();
  if (over !== undefined) {
    reply.then(() => {
      over();
    }, over);
  }
  return reply;
}
