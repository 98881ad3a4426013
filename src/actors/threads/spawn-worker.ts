/**
 * An actor in a thread of its own: the side that starts it. Both sides share one endpoint: its
 * clients' channel, and a second one, whose first request starts the actor and is answered when it
 * ends.
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
import { reportDeath, show } from '../handlers/report.js';
import { registryPort } from '../registry/registry-group.js';
import type { ServerStats } from '../handlers/introspect.js';
import type { Spawned } from '../handlers/spawn.js';
import { endOf, exitOf, isWatched, startThread, type UrlLike } from './thread.js';
import { RefPromise } from '../ref-promise.js';

export interface SpawnWorkerOptions extends Pick<
  ConnectOptions,
  'timeout' | 'signal' | 'onDropped' | 'heartbeat'
> {
  /** What the factory over there is called with; copied, but for what `transfer` names. */
  init?: unknown;
  transfer?: readonly object[] | undefined;
  /**
   * Milliseconds that the thread may take to end by itself once its actor has; then it is
   * terminated. Default 5000. Where no thread ends by itself (browsers, Deno) it is terminated at
   * once.
   */
  shutdown?: number | undefined;
}

/** Milliseconds. */
const SHUTDOWN = 5000;

/** An actor in a thread of its own. */
export interface SpawnedWorker<P, S, R, E, T> extends Spawned<P, S, R, E, T> {
  readonly worker: WorkerLike;
  /**
   * Ends the thread at once: whatever is pending there rejects with `ServerDisappeared`, and so
   * does `done`.
   */
  kill(): void;
}

/**
 * Starts an actor in a thread, whose script calls {@link serveWorker}. In Node an idle actor does
 * not keep this process open, but awaiting `done` does.
 *
 * `done` settles when the actor has ended and its thread, too. In Node and Bun the thread ends when
 * nothing keeps it running, and is terminated after `shutdown` milliseconds otherwise; in browsers
 * and Deno it is terminated once its actor has ended. One whose actor failed, or could not be
 * reached in time, is terminated at once everywhere.
 *
 * `done` rejects with an UmpError: `HandlerFailed` (the factory, `init()`, `term()` or `onError`
 * threw: see `cause`), `ServerDisappeared` if the thread died or could not be loaded,
 * `NotSupported` if it calls listen() instead of serveWorker(), `Timeout` or `Aborted` as you asked
 * for. To leave it alone is no unhandled rejection; but if no call and no event tells of an error
 * that ended the actor either, it is reported, in Node on the console.
 *
 * @param worker the script, or a Worker that nobody else uses (so that bundlers see its `new
 * URL()`)
 * @throws UmpError `DataClone` if `init` cannot be sent; `InvalidArgument` if `worker` is none.
 */
export function spawnWorker<P, S, R, E = never, T = unknown>(
  worker: WorkerLike | UrlLike | string,
  { init, transfer = [], shutdown = SHUTDOWN, ...connecting }: SpawnWorkerOptions = {},
): SpawnedWorker<P, S, R, E, T> {
  const patience = checkTimeout(spawnWorker, shutdown, 'shutdown') ?? Infinity;
  const own = isScript(worker) ? startThread(spawnWorker, worker) : worker;
  const client = connect<P, S, R, E>(own, forActor(connecting));
  const control: Control = connect(
    own,
    forActor({ ...connecting, onDropped: undefined, name: CONTROL }),
  );
  const kill = (): void => {
    own.terminate();
  };
  const reply = started(control, init, transfer, kill);
  void tellNames(control);
  control.unref();
  const exit = exitOf(own);
  let hasListener = false;
  const ended = async (): Promise<T | undefined> => {
    let rest = 0;
    try {
      const value = (await reply.wait()) as T | undefined;
      rest = patience;
      return value;
    } catch (error) {
      // By the time that it has ended it has no listeners any more.
      hasListener = isWatched(own);
      throw error;
    } finally {
      control.close();
      await endOf(own, exit, rest);
    }
  };
  const stats = (): Promise<ServerStats> => RefPromise.over(statsOf(control));
  const done = RefPromise.over(ended());
  RefPromise.withoutRef(done).catch((error: unknown) => {
    if (!isFault(error) || done.isObserved || sessionOf(spawnWorker, client).state.isReported)
      return;
    if (hasListener && !isUmpError(error, 'HandlerFailed')) return;
    // A supervisor deals with it: that is no failure of the process.
    if (done.isSupervised) show(error);
    else reportDeath(error);
  });
  return { client, done, stats, worker: own, kill };
}

/** Something was thrown that no handler and no caller has caught. */
const isFault = (error: unknown): boolean =>
  (isUmpError(error, 'HandlerFailed') || isUmpError(error, 'ServerDisappeared')) &&
  error.cause !== undefined;

type Control = Client<ControlPost, ControlRequest>;

const isScript = (worker: WorkerLike | UrlLike | string): worker is UrlLike | string =>
  typeof worker === 'string' || typeof (worker as Partial<UrlLike> | undefined)?.href === 'string';

function started(
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

/** Once it wants them. */
async function tellNames(control: Control): Promise<void> {
  try {
    await control.req(['names']);
    const port = await registryPort().catch(() => undefined);
    control.post(port, { transfer: port === undefined ? [] : [port] });
  } catch {
    // It has ended, and never did.
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
