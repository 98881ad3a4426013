import { channel, type ChannelOptions, type Client, mailboxOf } from '../../core/internal.js';
import type { HandlerOrFactory } from './handler.js';
import { introspect, type ServerStats } from './introspect.js';
import { startServing } from './serve.js';
import { checkServeOptions, type ServeOptions } from './serve-options.js';
import { asyncDispose } from '../support/async-dispose.js';
import { deliverBeforeExit } from '../support/before-exit.js';
import { RefPromise } from '../support/ref-promise.js';

/** A running actor. */
export interface Spawned<P, S, R, E, T> extends AsyncDisposable {
  /** The actor's first client. The actor ends when its last client is closed or collected. */
  readonly client: Client<P, S, R, E>;
  /**
   * Fulfils when the actor has ended, with the value that it stopped with or undefined. Rejects
   * with the error that ended the actor.
   */
  readonly done: Promise<T | undefined>;
  /**
   * Fulfils when the handler is ready: its factory and `init()` have finished. Rejects where `done`
   * rejects; ignoring it causes no unhandled rejection.
   */
  readonly started: Promise<void>;
  /**
   * The statistics of the actor's server. For an actor in another thread, rejects with
   * `ServerDisappeared` once it has ended.
   */
  stats(): Promise<ServerStats>;
  /**
   * Every handle has this tag, so that Vue puts no Proxy around it.
   * @internal
   */
  readonly [Symbol.toStringTag]?: string;
  /**
   * For `await using`: closes `client`, and waits until the actor has ended. Its other clients keep
   * it running. Rejects as `done` does, but not because of `kill()`.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface SpawnOptions<T = unknown> extends ServeOptions<T>, ChannelOptions {}

/**
 * Starts an actor in this thread. If its factory throws, `done` rejects with that error, and calls
 * reject with `ServerDisappeared`. In Node an idle actor does not keep the process alive; a pending
 * request and awaiting `done` do, and posts that were sent are handled before the process ends.
 *
 * @param handler the handler, or a function that creates it
 * @throws UmpError `InvalidArgument` if an option is invalid.
 */
export function spawn<P, S, R, E = never, T = unknown>(
  handler: HandlerOrFactory<P, S, R, E, T>,
  options: SpawnOptions<T> = {},
): Spawned<P, S, R, E, T> {
  checkServeOptions(spawn, options);
  const { client, server } = channel<P, S, R, E>(options);
  server.unref();
  const serving = startServing(server, handler, options);
  const done = RefPromise.wrap(serving.done);
  const started = RefPromise.wrap(serving.started);
  deliverBeforeExit(mailboxOf(server), serving.done);
  void rejectUnlessHandled(serving.done, () => {
    return done.isObserved || done.isSupervised || started.isObserved;
  });
  return {
    [Symbol.toStringTag]: 'Spawned',
    client,
    done,
    started,
    stats: () => Promise.resolve(introspect(server)),
    async [asyncDispose]() {
      client.close();
      await done;
    },
  };
}

/** Causes an unhandled rejection unless `done` fulfils or the application handles its error. */
async function rejectUnlessHandled(
  done: Promise<unknown>,
  isHandled: () => boolean,
): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!isHandled()) throw error;
  }
}
