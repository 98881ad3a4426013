import { channel, type ChannelOptions, type Client } from '../../core/internal.js';
import type { HandlerOrFactory } from './handler.js';
import { introspect, type ServerStats } from './introspect.js';
import { checkConcurrency, serve, type ServeOptions } from './serve.js';

/** A running actor. */
export interface Spawned<P, S, R, E, T> {
  /** The actor's first client. The actor ends when its last client is closed or collected. */
  readonly client: Client<P, S, R, E>;
  /**
   * Fulfils when the actor has ended, with the value that it stopped with or undefined. Rejects
   * with the error that ended the actor.
   */
  readonly done: Promise<T | undefined>;
  /**
   * The statistics of the actor's server. For an actor in another thread, rejects with
   * `ServerDisappeared` once it has ended.
   */
  stats(): Promise<ServerStats>;
}

export interface SpawnOptions<T = unknown> extends ServeOptions<T>, ChannelOptions {}

/**
 * Starts an actor in this thread. If its factory throws, `done` rejects with that error, and calls
 * reject with `ServerDisappeared`.
 *
 * @param handler the handler, or a function that creates it
 * @throws UmpError `InvalidArgument` if an option is invalid.
 */
export function spawn<P, S, R, E = never, T = unknown>(
  handler: HandlerOrFactory<P, S, R, E, T>,
  options: SpawnOptions<T> = {},
): Spawned<P, S, R, E, T> {
  checkConcurrency(spawn, options.concurrency);
  const { client, server } = channel<P, S, R, E>(options);
  const stats = (): Promise<ServerStats> => Promise.resolve(introspect(server));
  return { client, done: serve(server, handler, options), stats };
}
