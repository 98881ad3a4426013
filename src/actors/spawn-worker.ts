/**
 * An actor in a thread of its own, both sides. They share one endpoint: its clients' channel, and a second one
 * with a single request, which starts the actor and is answered when it ends.
 */
import type { Client } from '../core/client.js';
import type { ConnectOptions, ListenOptions } from '../core/options.js';
import type { ReplyContext } from '../core/reply.js';
import type { Server } from '../core/server.js';
import { connect, listen, type Endpoint, type WorkerLike } from '../index.js';
import type { Given } from './handler.js';
import { tellThrown } from './report.js';
import { checkConcurrency, serve, type ServeOptions } from './serve.js';
import type { Spawned } from './spawn.js';
import { Watched } from './watched.js';
import { neverEnds, startThread, type UrlLike } from './thread.js';

const CONTROL = 'ump-ng/actors';

export interface SpawnWorkerOptions extends Pick<
  ConnectOptions,
  'timeout' | 'signal' | 'onDropped' | 'heartbeat'
> {
  /** What the factory over there is called with; copied, but for what `transfer` names. */
  init?: unknown;
  transfer?: readonly object[] | undefined;
}

/** An actor in a thread of its own. */
export interface SpawnedWorker<P, S, R, E, T> extends Spawned<P, S, R, E, T> {
  readonly worker: WorkerLike;
  /** Ends the thread at once: whatever is pending there rejects with `ServerDisappeared`, and so does `done`. */
  kill(): void;
}

/**
 * Starts an actor in a thread, whose script calls {@link serveWorker}. In Node an idle actor does
 * not keep this process open, but whoever awaits `done` does. Where threads never end by themselves (browsers, Deno) it is
 * terminated once its actor has ended; where one failed, or could not be reached in time, everywhere.
 *
 * `done` rejects with an UmpError: `HandlerFailed` (the factory, `init()`, `term()` or `onError` threw: see
 * `cause`), `ServerDisappeared` if the thread died or could not be loaded, `Timeout` or `Aborted` as you asked for. To leave it alone is no unhandled rejection.
 *
 * @param worker the script, or a Worker that nobody else uses (so that bundlers see its `new URL()`)
 * @throws UmpError `DataClone` if `init` cannot be sent; `NotSupported` if `worker` is none.
 */
export function spawnWorker<P, S, R, E = never, T = unknown>(
  worker: WorkerLike | UrlLike | string,
  { init, transfer = [], ...connecting }: SpawnWorkerOptions = {},
): SpawnedWorker<P, S, R, E, T> {
  const own = isScript(worker) ? startThread(spawnWorker, worker) : worker;
  const client = connect<P, S, R, E>(own, connecting);
  // With something to deliver it is taken up even if it is closed at once, and its actor ends then.
  client.weak().close();
  const control = connect<never, unknown, T | undefined>(own, { ...connecting, name: CONTROL });
  const kill = (): void => {
    own.terminate();
  };
  const reply = started(control, init, transfer, kill);
  control.unref();
  const ended = (error?: unknown): void => {
    control.close();
    if (error !== undefined || neverEnds(own)) kill();
  };
  const done = reply.wait();
  done.then(() => {
    ended();
  }, ended);
  return { client, done: Watched.over(done), worker: own, kill };
}

const isScript = (worker: WorkerLike | UrlLike | string): worker is UrlLike | string =>
  typeof worker === 'string' || typeof (worker as Partial<UrlLike> | undefined)?.href === 'string';

function started<T>(
  control: Client<never, unknown, T>,
  init: unknown,
  transfer: readonly object[],
  kill: () => void,
): { wait(): Promise<T> } {
  try {
    return control.reqDeferred(init, { transfer });
  } catch (error) {
    kill();
    throw error;
  }
}

export interface ServeWorkerOptions<T = unknown>
  extends ServeOptions<T>, Pick<ListenOptions, 'capacity' | 'onDropped'> {
  /** Where spawnWorker() reaches this thread; default: who started it. */
  endpoint?: Endpoint | undefined;
}

/**
 * The side of the thread that {@link spawnWorker} started: call it at the top of the script, once. Messages wait
 * until the handler is there.
 *
 * @param factory makes the handler of what spawnWorker() was given as `init`
 * @returns fulfils when the actor has ended, however it did: spawnWorker's `done` tells.
 * @throws UmpError `NotSupported` if this is no worker, or for options that make no sense.
 */
export function serveWorker<P, S, R, E = never, T = unknown>(
  factory: (init: never) => Given<P, S, R, E, T> | Promise<Given<P, S, R, E, T>>,
  { endpoint, concurrency, onError, ...listening }: ServeWorkerOptions<T> = {},
): Promise<void> {
  checkConcurrency(serveWorker, concurrency);
  const server = listen<P, S, R, E>(endpoint, listening);
  const control = listen<never, never, T | undefined>(endpoint, { name: CONTROL });
  return run(server, control, factory, { concurrency, onError });
}

async function run<P, S, R, E, T>(
  server: Server<P, S, R, E>,
  control: Server<never, never, T | undefined>,
  factory: (init: never) => Given<P, S, R, E, T> | Promise<Given<P, S, R, E, T>>,
  options: ServeOptions<T>,
): Promise<void> {
  for await (const message of control) {
    if (message.type !== 'request') continue;
    await end(message.rctx, async () => serve(server, await factory(message.msg), options));
    break;
  }
  server.close();
  control.close();
}

async function end<T>(
  rctx: ReplyContext<T | undefined>,
  actor: () => Promise<T | undefined>,
): Promise<void> {
  try {
    rctx.reply(await actor());
  } catch (error) {
    tellThrown(rctx, error);
  }
}
