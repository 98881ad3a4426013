import type { Requester } from '../../core/internal.js';
import type { Pool, PoolRequester } from '../pools/pool-types.js';
import type { StableRequester } from '../proxies/stable-requester.js';

/** A child that runs: what spawn(), spawnWorker() and supervise() give. */
export interface Running<P = never, S = never, R = unknown, E = unknown> {
  /** What its callers' messages go to. */
  readonly client?: Requester<P, S, R, E> | undefined;
  /** Settles when it has ended. */
  readonly done: Promise<unknown>;
  /** Ends it when it is asked to; otherwise its `client` is closed. */
  stop?(): unknown;
  /** Ends it at once. */
  kill?(): void;
}

export interface ChildSpec<P = never, S = never, R = unknown, E = unknown> {
  /** Starts it, the first time and again. The next child is started once this has settled. */
  start: () => Running<P, S, R, E> | Promise<Running<P, S, R, E>>;
  /**
   * Is it started again when it has ended? Always (`permanent`, the default), only if it did by an
   * error, that is, if `done` rejected (`transient`), or never (`temporary`).
   */
  restart?: 'permanent' | 'transient' | 'temporary' | undefined;
  /**
   * Milliseconds that it may take to end when it is asked to; then it is killed. Default 5000; 0:
   * at once.
   */
  shutdown?: number | undefined;
}

export type Children = Record<string, ChildSpec>;

/** What stands for that child, whichever runs at the moment. */
export type RequesterOf<C> =
  StartedBy<C> extends { client: Pool<infer P, infer S, infer R, infer E> }
    ? PoolRequester<P, S, R, E>
    : StartedBy<C> extends { client?: Requester<infer P, infer S, infer R, infer E> | undefined }
      ? StableRequester<P, S, R, E>
      : never;

type StartedBy<C> = C extends { start: () => infer T } ? Awaited<T> : never;
