/** What a pool is told, and what it can do. */
import type { DroppedOptions, ReqOptions, Result, WaitReply } from '../../core/internal.js';
import type { Latency } from './histogram.js';
import type { RestartOptions } from '../supervision/restart-policy.js';
import type { Route } from './routes.js';
import type { StableReqOptions, StableRequester } from '../proxies/stable-requester.js';
import type { SupervisorEvent } from '../supervision/supervise.js';

export interface PoolOptions extends RestartOptions, DroppedOptions {
  /** How many workers; default as many as there are cores, or from `min` to `max`. */
  size?: number | undefined;
  /** Workers that are always there; default `max`. */
  min?: number | undefined;
  /** One more is started, up to so many, whenever a call must wait. */
  max?: number | undefined;
  /**
   * Milliseconds without a call or post after which a worker above `min` is stopped; default
   * 10,000.
   */
  idle?: number | undefined;
  /**
   * Default `least-pending`. By a key, and with `broadcast`, the pool has `max` workers, unless
   * `min` says otherwise, and does not grow.
   */
  route?: Route | undefined;
  /**
   * How many calls and posts may wait for a worker, before `post` throws and calls reject with
   * `MailboxFull`; default unbounded.
   */
  queue?: number | undefined;
  /**
   * How many calls each worker does at once, as its `serveWorker()` or `spawn()` was told; default
   * 1.
   */
  concurrency?: number | undefined;
  /** Milliseconds of work that may lie ready at each worker, beside what it is doing; default 5. */
  prefetchMs?: number | undefined;
  /**
   * Milliseconds that a worker may take to end when it is asked to; then it is killed. Default
   * 5000.
   */
  shutdown?: number | undefined;
  onEvent?: ((event: SupervisorEvent) => void) | undefined;
}

export interface PoolReqOptions extends StableReqOptions {
  /**
   * If the call is given up (`signal`, `timeout`) and its worker does not come back to its event
   * loop for so many milliseconds, the worker is killed and replaced. What else is with it rejects,
   * or is sent again.
   */
  killAfter?: number | undefined;
}

export interface WorkerStats {
  up: boolean;
  pending: number;
  processed: number;
  failed: number;
  restarts: number;
}

export interface PoolStats {
  workers: WorkerStats[];
  /** Calls and posts that wait for a worker. */
  waiting: number;
  /** Milliseconds that the oldest of them has waited; 0 if there is none. */
  oldest: number;
  /**
   * Requests that workers may be busy with: also those that were given up, until their worker is
   * known to have heard of it.
   */
  pending: number;
  /** Requests that workers have answered so far, also those that are no more. */
  processed: number;
  /** Requests that went to a worker and failed, for whatever reason. */
  failed: number;
  /** From the call to the answer, waiting included. */
  latency: Latency;
}

/** Stands for a pool; a supervisor has one for each pool that it keeps running. */
export interface PoolRequester<
  P = unknown,
  S = unknown,
  R = unknown,
  E = never,
> extends StableRequester<P, S, R, E> {
  req(msg: S, options?: PoolReqOptions): Promise<R>;
  tryReq(msg: S, options?: PoolReqOptions): Promise<Result<R, E>>;
  reqDeferred(msg: S, options?: PoolReqOptions): WaitReply<R, E>;
}

/** A requester that many workers answer. */
export interface Pool<P = unknown, S = unknown, R = unknown, E = never> extends PoolRequester<
  P,
  S,
  R,
  E
> {
  /** To every worker. */
  postAll(msg: P): void;
  /**
   * Asks every worker; in the order of {@link PoolStats.workers}. Rejects only where `req()` would
   * at the call.
   */
  reqAll(msg: S, options?: Omit<ReqOptions, 'transfer'>): Promise<Result<R, E>[]>;
  readonly stats: PoolStats;
  /**
   * No new calls: they fail with `Detached`. What there is still settles, however long it takes;
   * then the workers end.
   */
  close(): void;
  /** Fulfils when nothing waits and nothing is with a worker. */
  drain(): Promise<void>;
  /**
   * Refuses new calls, lets the workers finish what there is for as long as `shutdown` says, and
   * ends them.
   */
  stop(): Promise<void>;
  /** Ends the workers at once. */
  kill(): void;
  /**
   * Fulfils when all workers have ended, or were killed. Rejects with `ServerDisappeared` if they
   * ended too often.
   */
  readonly done: Promise<void>;
}
