import { channel, type ChannelOptions, type Client } from '../../core/internal.js';
import type { Given } from './handler.js';
import { introspect, type ServerStats } from './introspect.js';
import { checkConcurrency, serve, type ServeOptions } from './serve.js';

/** An actor that was started. */
export interface Spawned<P, S, R, E, T> {
  /** Its first client. The actor ends when the last one is closed or forgotten. */
  readonly client: Client<P, S, R, E>;
  /**
   * Fulfils when the actor has ended, with the value that it stopped with, if it did. Rejects with
   * what ended it otherwise.
   */
  readonly done: Promise<T | undefined>;
  /**
   * What it is doing. For one in another thread it rejects with `ServerDisappeared` once that has
   * ended.
   */
  stats(): Promise<ServerStats>;
}

export interface SpawnOptions<T = unknown> extends ServeOptions<T>, ChannelOptions {}

/**
 * Starts an actor as a task of this thread. If its factory throws, its clients get
 * `ServerDisappeared`, and `done` rejects with that.
 *
 * @param handler ready for use, or what makes it
 * @throws UmpError `InvalidArgument` for options that make no sense.
 */
export function spawn<P, S, R, E = never, T = unknown>(
  handler: Given<P, S, R, E, T>,
  options: SpawnOptions<T> = {},
): Spawned<P, S, R, E, T> {
  checkConcurrency(spawn, options.concurrency);
  const { client, server } = channel<P, S, R, E>(options);
  const stats = (): Promise<ServerStats> => Promise.resolve(introspect(server));
  return { client, done: serve(server, handler, options), stats };
}
