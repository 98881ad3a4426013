/** The public types of a pool. */
import type { DroppedOptions, ReqOptions, Result } from '../../core/internal.js';
import type { InitOf, Served, ServedBy } from '../handlers/served.js';
import type { Latency } from './histogram.js';
import type { PoolRequester } from '../proxies/stable-requester.js';
import type { RestartOptions } from '../supervision/restart-policy.js';
import type { MethodStats } from './method-counts.js';
import type { Order } from './order.js';
import type { Route } from './routes.js';
import type { ScriptOptions } from '../supervision/starter.js';
import type { SupervisorEvent } from '../supervision/supervisor-event.js';

export interface PoolOptions extends DroppedOptions {
  /**
   * How many restarts of all workers are allowed `within` a number of milliseconds; with one more,
   * the pool gives up. Default no limit: once a worker has started, the pool starts failing workers
   * again for as long as it runs. A pool that never had a worker gives up when three starts have
   * failed in one slot.
   */
  intensity?: RestartOptions['intensity'];
  /**
   * Milliseconds to wait before a failed worker is started again: `initial`, doubled for each
   * failure that follows in the same slot, at most `max` (default 30,000). Default: the first
   * restart comes at once, the next after 50, 100, 200 ms and so on, at most 5000. A worker that
   * has run for 5000 ms begins anew. Other workers go on meanwhile, and calls wait.
   */
  backoff?: RestartOptions['backoff'];
  /** The number of workers; default the number of cores, or from `min` to `max`. */
  size?: number | undefined;
  /**
   * The number of workers that always run; default 1 if only `max` is set, else `max`. With 0 the
   * first worker is started for the first call.
   */
  min?: number | undefined;
  /** The most workers: more are started at once for all calls that have to wait. */
  max?: number | undefined;
  /**
   * Milliseconds without a call or post after which a worker above `min` is stopped; default
   * 10,000.
   */
  idle?: number | undefined;
  /**
   * How a worker is chosen; default `least-pending`. With a key function the pool has `max` slots,
   * of which `min` (default all) always have a worker; the others have one while their keys need
   * it. With `broadcast` the pool does not grow: it has `max` workers, unless `min` is set.
   */
  route?: Route | undefined;
  /**
   * How many calls and posts may wait for a worker. When the queue is full, `post` throws and calls
   * reject with `MailboxFull`. Default unbounded.
   */
  queue?: number | undefined;
  /**
   * The order in which waiting messages go to workers. Default: by the `priority` of the calls, the
   * higher first, and then by the order of the calls.
   */
  order?: Order | undefined;
  /**
   * How many calls and posts a worker handles before it is renewed; default no limit. The next
   * worker starts first, and the old one goes on meanwhile, up to `2 * maxCalls`; then calls go to
   * other workers, or wait. If a start fails, the old worker goes on without a bound until the next
   * one has started. It ends when its calls have settled.
   */
  maxCalls?: number | undefined;
  /**
   * Milliseconds after which a worker is renewed, as by `maxCalls`; default no limit. It takes no
   * more calls after `2 * maxAge`.
   */
  maxAge?: number | undefined;
  /**
   * Bytes of memory of its thread above which a worker is renewed, as by `maxCalls`; default no
   * limit. It is measured after calls, at most every 100 milliseconds: the heap, and what belongs
   * to it outside. Above `2 * maxMemory` it takes no more calls. Only where `memory()` of
   * spawnWorker() works: not in browsers.
   */
  maxMemory?: number | undefined;
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

/** The options of a pool that starts its workers from a script. */
export interface ScriptPoolOptions extends PoolOptions, ScriptOptions {}

/** The arguments of pool() after the script, for a script of this type. */
export type PoolOptionsFor<W> =
  undefined extends InitOf<W>
    ? [options?: ScriptPoolOptions & { init?: InitOf<W> }]
    : [options: ScriptPoolOptions & { init: InitOf<W> }];

/** What pool() returns for a script of this type. */
export type PoolOf<W> =
  ServedBy<W> extends Served<never, infer P, infer S, infer R, infer E, unknown>
    ? Pool<P, S, R, E>
    : never;

export interface WorkerStats {
  /** Whether the worker runs. */
  up: boolean;
  /** Requests that the worker may be handling or has queued. */
  pending: number;
  /** Requests that succeeded. */
  processed: number;
  /** Requests that failed, for whatever reason. */
  failed: number;
  /** How often a worker was started again in this slot. */
  restarts: number;
  /** The share of the time with a worker in which that had calls, from 0 to 1. */
  utilization: number;
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
  /** How long requests took from the call to the reply: `waitTime` and `runTime` together. */
  latency: Latency;
  /** How long requests waited in the pool's queue. */
  waitTime: Latency;
  /** How long requests took from then on, including the time in a worker's mailbox. */
  runTime: Latency;
  /**
   * For each method that was called through remote(), at most 200 of them: how many of its requests
   * succeeded, and how many failed. Posts do not count.
   */
  methods: Record<string, MethodStats>;
  /** The share of their time in which the present workers had calls, from 0 to 1. */
  utilization: number;
}

/** A requester whose calls are handled by several workers. */
export interface Pool<P = unknown, S = unknown, R = unknown, E = never>
  extends PoolRequester<P, S, R, E>, AsyncDisposable {
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
  /**
   * For `await using`: the same as stop(). Rejects if the pool gave up, and not for crashes that it
   * survived.
   */
  [Symbol.asyncDispose](): Promise<void>;
  /** Kills the workers at once; pending calls reject with `ServerDisappeared`. */
  kill(): void;
  /**
   * Fulfils when all workers have ended, whatever had crashed before. Rejects with
   * `ServerDisappeared` if the pool gave up: because no worker could be started (see `cause`), or
   * because of `intensity`.
   */
  readonly done: Promise<void>;
}
