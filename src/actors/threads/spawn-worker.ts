/**
 * An actor in a thread of its own: the side that starts it. Two channels share one endpoint: that
 * of the actor's clients, and a control channel, whose first request starts the actor and is
 * answered when the actor ends.
 */
import {
  checkTimeout,
  type Client,
  type ConnectOptions,
  Failure,
  forActor,
  isUmpError,
  sessionOf,
  showOnConsole,
} from '../../core/internal.js';
import { connect, type WorkerLike } from '../../connect.js';
import type { InitOf, Served, ServedBy } from '../handlers/served.js';
import { CONTROL } from './control.js';
import { ask, sendRegistry, startActor, startOf, type Control } from './control-calls.js';
import { reportDeath } from '../support/report.js';
import type { ServerStats } from '../handlers/introspect.js';
import type { Spawned } from '../handlers/spawn.js';
import {
  checkWorkerOptions,
  isScript,
  type Script,
  startThread,
  type ThreadOptions,
} from './start-thread.js';
import { endThread, exitOf, hasErrorListener } from './thread.js';
import { asyncDispose } from '../support/async-dispose.js';
import { markCleanExit } from '../support/clean-exits.js';
import { RefPromise } from '../support/ref-promise.js';
import { unreadReturned } from '../support/unread-returned.js';

export interface SpawnWorkerOptions extends Pick<
  ConnectOptions,
  'timeout' | 'signal' | 'onDropped' | 'heartbeat' | 'spin'
> {
  /** The argument of the factory in the thread; copied, except the objects in `transfer`. */
  init?: unknown;
  /** Objects in `init` that move to the thread instead of being copied. */
  transfer?: readonly object[] | undefined;
  /**
   * Options of the platform's own Worker, for a thread that is started from a script: such as
   * `name`, `type` and `credentials` of a Web Worker; `resourceLimits`, `env`, `argv`, `execArgv`,
   * `workerData`, `stdout` and `eval` in Node. A Web Worker is a module unless `type` says
   * otherwise.
   */
  worker?: ThreadOptions | undefined;
  /**
   * Milliseconds that the thread may take to end by itself after its actor has ended, before it is
   * terminated. Default 5000, or what the supervisor or pool that stops it allows for its end, if
   * that is longer. Where threads do not end by themselves (browsers, Deno), it is terminated at
   * once.
   */
  shutdown?: number | undefined;
}

/** The arguments of spawnWorker() after the script, for a script of this type. */
type OptionsFor<W> =
  undefined extends InitOf<W>
    ? [options?: SpawnWorkerOptions & { init?: InitOf<W> }]
    : [options: SpawnWorkerOptions & { init: InitOf<W> }];

/** What spawnWorker() returns for a script of this type. */
type WorkerOf<W> =
  ServedBy<W> extends Served<never, infer P, infer S, infer R, infer E, infer T>
    ? SpawnedWorker<P, S, R, E, T>
    : never;

/** A thread with an older build, which knows no lanes, does not count the clients on each. */
const withLanes = (stats: ServerStats): ServerStats => ({
  ...stats,
  lanes: (stats as Partial<ServerStats>).lanes ?? { plain: stats.clients },
});

/** The default of `shutdown`. */
const THREAD_EXIT_MS = 5000;

/** A running actor in a thread of its own. */
export interface SpawnedWorker<P, S, R, E, T> extends Spawned<P, S, R, E, T> {
  readonly worker: WorkerLike;
  /**
   * The bytes of memory that the thread uses: its JavaScript heap, and what belongs to it outside,
   * such as array buffers. Rejects with `NotSupported` in browsers, and with `ServerDisappeared`
   * once the actor has ended.
   */
  memory(): Promise<number>;
  /** Terminates the thread at once: pending calls and `done` reject with `ServerDisappeared`. */
  kill(): void;
}

/**
 * Starts an actor in a thread whose script calls {@link serveWorker}. In Node an idle actor does
 * not keep the process alive, but awaiting `done` does.
 *
 * `done` settles when both the actor and its thread have ended. In Node and Bun the thread ends
 * when nothing keeps it running, or is terminated after `shutdown` milliseconds; by then its `exit`
 * handlers have run, and what it has printed was shown. If the actor failed, the thread exits then.
 * In browsers and Deno it is terminated once its actor has ended. A thread that could not be
 * connected to in time is terminated at once everywhere.
 *
 * `done` rejects with an UmpError: `HandlerFailed` if the factory, `init()`, `term()` or `onError`
 * threw (see `cause`); `ServerDisappeared` if the thread died or could not be loaded;
 * `NotSupported` if its script calls listen() instead of serveWorker(); `Timeout` or `Aborted` as
 * the options ask. Ignoring `done` causes no unhandled rejection; but an error that ended the
 * actor, and that neither a call nor an event reports, is reported as uncaught (in Node on the
 * console).
 *
 * @param worker the URL of the script; or a Worker that is used for nothing else. If a bundler
 * builds the page, pass `new Worker(new URL('./x.ts', import.meta.url), { type: 'module' })`:
 * bundlers see no worker in the URL alone, and a browser refuses the URL of a TypeScript file
 * @throws UmpError `DataClone` if `init`, or a part of the option `worker`, cannot be cloned;
 * `InvalidArgument` if `worker` is not a Worker or a URL, if an option is invalid, or if the option
 * `worker` is set although a Worker was passed.
 */
export function spawnWorker<P, S, R, E = never, T = unknown>(
  worker: WorkerLike | Script,
  options?: SpawnWorkerOptions,
): SpawnedWorker<P, S, R, E, T>;
/**
 * Starts an actor in a thread whose script says by its type what it serves.
 *
 * The type argument says what the script serves, so that `init` and the client are typed: the type
 * of what its {@link serveWorker} returned or was given, or of a module whose default export that
 * is. An `import type` adds nothing to the bundle.
 *
 * ```ts
 * // worker.ts
 * const served = serveWorker((init: Init) => actor(new Resizer(init)));
 * export type Worker = typeof served;
 *
 * // main.ts
 * import type { Worker } from './worker.js';
 * const resizer = spawnWorker<Worker>(new URL('./worker.js', import.meta.url), { init });
 * ```
 */
export function spawnWorker<W>(worker: WorkerLike | Script, ...options: OptionsFor<W>): WorkerOf<W>;
export function spawnWorker<P, S, R, E = never, T = unknown>(
  worker: WorkerLike | Script,
  options: SpawnWorkerOptions = {},
): SpawnedWorker<P, S, R, E, T> {
  const { init, transfer = [], shutdown, worker: threadOptions, ...connectOptions } = options;
  const shutdownMs = checkTimeout(spawnWorker, shutdown, 'shutdown') ?? Infinity;
  checkWorkerOptions(spawnWorker, worker, threadOptions);
  const thread = isScript(worker) ? startThread(spawnWorker, worker, threadOptions) : worker;
  let client: Client<P, S, R, E>;
  let control: Control;
  try {
    // The heartbeat of the control channel alone decides, because the thread may begin to answer
    // again between the two: its actor would run on, without the client.
    client = connect<P, S, R, E>(thread, forActor({ ...connectOptions, heartbeat: undefined }));
    control = connect(thread, forActor({ ...connectOptions, onDropped: undefined, name: CONTROL }));
  } catch (error) {
    if (isScript(worker)) thread.terminate();
    throw error;
  }
  let wasKilled = false;
  const kill = (): void => {
    wasKilled = true;
    thread.terminate();
  };
  const stopValue = startActor(control, init, transfer, kill);
  void sendRegistry(control);
  control.unref();
  const exit = exitOf(thread);
  let hadErrorListener = false;
  const ended = async (): Promise<T | undefined> => {
    let failure: unknown;
    try {
      return (await stopValue.wait()) as T | undefined;
    } catch (error) {
      failure = error;
      // Read now: a thread that has ended has no listeners any more.
      hadErrorListener = hasErrorListener(thread);
      throw error;
    } finally {
      // A thread that reports the end of its actor ends by itself, also after an error.
      const hasReported = failure === undefined || isUmpError(failure, 'HandlerFailed');
      const graceMs = hasReported ? exitMs() : 0;
      if (graceMs > 0) await unreadReturned(client, graceMs);
      control.close();
      const exitCode = await endThread(thread, exit, graceMs);
      // Some runtimes do not end a thread that is busy, and report nothing.
      if (failure !== undefined && exit !== undefined && exitCode === undefined)
        sessionOf(client).abort(new Failure('ServerDisappeared', 'the thread does not answer'));
      // If kill() ended the thread, an exit code of 0 only says that it had not started yet.
      if (exitCode === 0 && !wasKilled && !hasReported) markCleanExit(failure);
    }
  };
  const stats = (): Promise<ServerStats> =>
    RefPromise.wrap((ask(control, ['stats']) as Promise<ServerStats>).then(withLanes));
  const memory = (): Promise<number> =>
    RefPromise.wrap(ask(control, ['memory']) as Promise<number>);
  const done = RefPromise.wrap(ended());
  const exitMs = (): number =>
    shutdown === undefined ? Math.max(THREAD_EXIT_MS, done.endLimitMs ?? 0) : shutdownMs;
  let started: RefPromise<void> | undefined;
  RefPromise.withoutRef(done).catch((error: unknown) => {
    if (!hasThrownCause(error) || done.isObserved || started?.isObserved === true) return;
    if (sessionOf(client).state.isReported) return;
    if (hadErrorListener && !isUmpError(error, 'HandlerFailed')) return;
    // A supervisor restarts the actor, so the process itself has not failed.
    if (done.isSupervised) showOnConsole(error);
    else reportDeath(error);
  });
  return {
    [Symbol.toStringTag]: 'SpawnedWorker',
    client,
    done,
    // A message is sent for it only if it is needed.
    get started() {
      return (started ??= RefPromise.wrap(startOf(control, done)));
    },
    stats,
    memory,
    worker: thread,
    kill,
    async [asyncDispose]() {
      client.close();
      try {
        await done;
      } catch (error) {
        // The application has ended it itself.
        if (!wasKilled) throw error;
      }
    },
  };
}

/**
 * Whether the error was thrown by code of the actor, which neither a handler nor a caller caught.
 */
const hasThrownCause = (error: unknown): boolean =>
  (isUmpError(error, 'HandlerFailed') || isUmpError(error, 'ServerDisappeared')) &&
  error.cause !== undefined;
