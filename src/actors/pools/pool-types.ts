/** The public types of a pool. */
import type { DroppedOptions, ReqOptions, Result } from '../../core/internal.js';
import type { Latency } from './histogram.js';
import type { PoolRequester } from '../proxies/stable-requester.js';
import type { RestartOptions } from '../supervision/restart-policy.js';
import type { Route } from './routes.js';
import type { SupervisorEvent } from '../supervision/supervisor-event.js';

export interface PoolOptions extends RestartOptions, DroppedOptions {
  /** The number of workers; default the number of cores, or from `min` to `max`. */
  size?: number | undefined;
  /** The number of workers that always run; default 1 if only `max` is set, else `max`. */
  min?: number | undefined;
  /** The most workers: one more is started whenever a call has to wait. */
  max?: number | undefined;
  /**
   * Milliseconds without a call or post after which a worker above `min` is stopped; default
   * 10,000.
   */
  idle?: number | undefined;
  /**
   * How a worker is chosen; default `least-pending`. With a key function or `broadcast` the pool
   * does not grow: it has `max` workers, unless `min` is set.
   */
  route?: Route | undefined;
  /**
   * How many calls and posts may wait in the pool's common queue. Calls that wait at one worker
   * (because of a key function, or while a worker restarts) are not counted. When the queue is
   * full, `post` throws and calls reject with `MailboxFull`. Default unbounded.
   */
  queue?: number | undefined;
  /**
   * How many calls a worker handles at a time: the `concurrency` of its `serveWorker()` or
   * `spawn()`. A whole number or Infinity; default 1.
   */
  concurrency?: number | undefined;
  /**
   * Milliseconds of work that may be queued at a worker in addition to the calls that it is
   * handling, estimated from past calls; default 5.
   */
  prefetchMs?: number | undefined;
  /**
   * Milliseconds that a worker may take to end when it is stopped, before it is killed; default
   * 5000.
   */
  shutdown?: number | undefined;
  /** Called with the events of all workers, whose names are `worker 1` and so on. */
  onEvent?: ((event: SupervisorEvent) => void) | undefined;
}

export interface WorkerStats {
  /** Whether the worker runs. */
  up: boolean;
  /** Requests that the worker may be handling or has queued. */
  pending: number;
  /** Requests that succeeded. */
  processed: number;
  /** Requests that failed, for whatever reason. */
  failed: number;
  restarts: number;
}

export interface PoolStats {
  workers: WorkerStats[];
  /** Calls and posts that wait for a worker. */
  waiting: number;
  /** Milliseconds that the oldest of them has waited; 0 if none waits. */
  oldest: number;
  /**
   * Requests that workers may be handling. Requests that were given up are included until their
   * worker responds.
   */
  pending: number;
  /** Requests that succeeded, including those of workers that have ended. */
  processed: number;
  /** Requests that were sent to a worker and failed, for whatever reason. */
  failed: number;
  /** How long requests took from the call to the reply, including the time in the queue. */
  latency: Latency;
}

/** A requester whose calls are handled by several workers. */
export interface Pool<P = unknown, S = unknown, R = unknown, E = never> extends PoolRequester<
  P,
  S,
  R,
  E
> {
  /** Posts to every worker. */
  postAll(msg: P): void;
  /**
   * Requests from every worker; fulfils with the results in the order of {@link PoolStats.workers}.
   * Rejects only with errors that `req()` would reject with before it sends.
   */
  reqAll(msg: S, options?: Omit<ReqOptions, 'transfer'>): Promise<Result<R, E>[]>;
  /** A snapshot. */
  readonly stats: PoolStats;
  /**
   * Fails new calls with `Detached`. Calls that were made before still settle, without a limit;
   * then the workers are stopped.
   */
  close(): void;
  /** Fulfils when no call is queued and no worker has a pending request. */
  drain(): Promise<void>;
  /**
   * Fails new calls with `ServerDisappeared`, gives pending calls `shutdown` milliseconds to
   * settle, and stops the workers. Returns `done`.
   */
  stop(): Promise<void>;
  /** Kills the workers at once; pending calls reject with `ServerDisappeared`. */
  kill(): void;
  /**
   * Fulfils when all workers have ended. Rejects with `ServerDisappeared` if there were too many
   * restarts.
   */
  readonly done: Promise<void>;
}
