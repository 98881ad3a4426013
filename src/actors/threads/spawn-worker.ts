/**
 * An actor in a thread of its own: the side that starts it. Two channels share one endpoint: that
 * of the actor's clients, and a control channel, whose first request starts the actor and is
 * answered when the actor ends.
 */
import {
  checkTimeout,
  type Client,
  type ConnectOptions,
  forActor,
  isUmpError,
  sessionOf,
  UmpError,
} from '../../core/internal.js';
import { connect, type WorkerLike } from '../../connect.js';
import { CONTROL, type ControlPost, type ControlRequest } from './control.js';
import { reportDeath, showOnConsole } from '../handlers/report.js';
import { registryPort } from '../registry/registry-group.js';
import type { ServerStats } from '../handlers/introspect.js';
import type { Spawned } from '../handlers/spawn.js';
import { endThread, exitOf, hasErrorListener, startThread, type UrlLike } from './thread.js';
import { RefPromise } from '../ref-promise.js';

export interface SpawnWorkerOptions extends Pick<
  ConnectOptions,
  'timeout' | 'signal' | 'onDropped' | 'heartbeat'
> {
  /** The argument of the factory in the thread; copied, except the objects in `transfer`. */
  init?: unknown;
  /** Objects in `init` that move to the thread instead of being copied. */
  transfer?: readonly object[] | undefined;
  /**
   * Milliseconds that the thread may take to end by itself after its actor has ended, before it is
   * terminated. Default 5000. Where threads do not end by themselves (browsers, Deno), it is
   * terminated at once.
   */
  shutdown?: number | undefined;
}

const SHUTDOWN_MS = 5000;

/** A running actor in a thread of its own. */
export interface SpawnedWorker<P, S, R, E, T> extends Spawned<P, S, R, E, T> {
  readonly worker: WorkerLike;
  /** Terminates the thread at once: pending calls and `done` reject with `ServerDisappeared`. */
  kill(): void;
}

/**
 * Starts an actor in a thread whose script calls {@link serveWorker}. In Node an idle actor does
 * not keep the process alive, but awaiting `done` does.
 *
 * `done` settles when both the actor and its thread have ended. In Node and Bun the thread ends
 * when nothing keeps it running, or is terminated after `shutdown` milliseconds; in browsers and
 * Deno it is terminated once its actor has ended. If the actor failed, or could not be connected to
 * in time, the thread is terminated at once everywhere.
 *
 * `done` rejects with an UmpError: `HandlerFailed` if the factory, `init()`, `term()` or `onError`
 * threw (see `cause`); `ServerDisappeared` if the thread died or could not be loaded;
 * `NotSupported` if its script calls listen() instead of serveWorker(); `Timeout` or `Aborted` as
 * the options ask. Ignoring `done` causes no unhandled rejection; but an error that ended the
 * actor, and that neither a call nor an event reports, is reported as uncaught (in Node on the
 * console).
 *
 * @param worker the URL of the script; or a Worker that is used for nothing else, so that bundlers
 * see its `new URL()`
 * @throws UmpError `DataClone` if `init` cannot be cloned; `InvalidArgument` if `worker` is not a
 * Worker or a URL, or an option is invalid.
 */
export function spawnWorker<P, S, R, E = never, T = unknown>(
  worker: WorkerLike | UrlLike | string,
  { init, transfer = [], shutdown = SHUTDOWN_MS, ...connectOptions }: SpawnWorkerOptions = {},
): SpawnedWorker<P, S, R, E, T> {
  const shutdownMs = checkTimeout(spawnWorker, shutdown, 'shutdown') ?? Infinity;
  const thread = isScript(worker) ? startThread(spawnWorker, worker) : worker;
  const client = connect<P, S, R, E>(thread, forActor(connectOptions));
  const control: Control = connect(
    thread,
    forActor({ ...connectOptions, onDropped: undefined, name: CONTROL }),
  );
  const kill = (): void => {
    thread.terminate();
  };
  const stopValue = startActor(control, init, transfer, kill);
  void sendRegistry(control);
  control.unref();
  const exit = exitOf(thread);
  let hadErrorListener = false;
  const ended = async (): Promise<T | undefined> => {
    let graceMs = 0;
    try {
      const value = (await stopValue.wait()) as T | undefined;
      graceMs = shutdownMs;
      return value;
    } catch (error) {
      // Read now: a thread that has ended has no listeners any more.
      hadErrorListener = hasErrorListener(thread);
      throw error;
    } finally {
      control.close();
      await endThread(thread, exit, graceMs);
    }
  };
  const stats = (): Promise<ServerStats> => RefPromise.over(statsOf(control));
  const done = RefPromise.over(ended());
  RefPromise.withoutRef(done).catch((error: unknown) => {
    if (!hasThrownCause(error) || done.isObserved) return;
    if (sessionOf(spawnWorker, client).state.isReported) return;
    if (hadErrorListener && !isUmpError(error, 'HandlerFailed')) return;
    // A supervisor restarts the actor, so the process itself has not failed.
    if (done.isSupervised) showOnConsole(error);
    else reportDeath(error);
  });
  return { client, done, stats, worker: thread, kill };
}

/**
 * Whether the error was thrown by code of the actor, which neither a handler nor a caller caught.
 */
const hasThrownCause = (error: unknown): boolean =>
  (isUmpError(error, 'HandlerFailed') || isUmpError(error, 'ServerDisappeared')) &&
  error.cause !== undefined;

type Control = Client<ControlPost, ControlRequest>;

const isScript = (worker: WorkerLike | UrlLike | string): worker is UrlLike | string =>
  typeof worker === 'string' || typeof (worker as Partial<UrlLike> | undefined)?.href === 'string';

function startActor(
  control: Control,
  init: unknown,
  transfer: readonly object[],
  kill: () => void,
): { wait(): Promise<unknown> } {
  try {
    return control.reqDeferred(['start', init], { transfer });
  } catch (error) {
    kill();
    throw error;
  }
}

/** Sends a port to the registry once the thread needs it. */
async function sendRegistry(control: Control): Promise<void> {
  try {
    await control.req(['names']);
    const port = await registryPort().catch(() => undefined);
    control.post(port, { transfer: port === undefined ? [] : [port] });
  } catch {
    // The thread has ended and never needed the registry.
  }
}

async function statsOf(control: Control): Promise<ServerStats> {
  try {
    return (await control.req(['stats'])) as ServerStats;
  } catch (error) {
    if (!isUmpError(error, 'Detached')) throw error;
    throw new UmpError('ServerDisappeared', 'the actor has ended');
  }
}
