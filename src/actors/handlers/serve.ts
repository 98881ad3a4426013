/** serve(): an actor on a server that exists already. */
import { mailboxOf, type Server } from '../../core/internal.js';
import type { CheckingFactory, HandlerOrFactory } from './handler.js';
import { DeadlockWatch } from './deadlock-watch.js';
import { outsideHandlings } from './handling.js';
import { checkServer } from './introspect.js';
import { ServeLoop } from './serve-loop.js';
import { checkServeOptions, type ServeOptions } from './serve-options.js';

/**
 * Serves messages until the handler stops or the last strong client is closed, and then closes the
 * server. Messages wait until the handler is ready.
 *
 * @param handler the handler, or a function that creates it
 * @returns fulfils with the value that the handler stopped with, or undefined, once `term()` has
 * finished; rejects with what `init()`, `term()`, `onError` or the factory threw
 * @throws UmpError `InvalidArgument` if `server` is not a Server or an option is invalid.
 */
export function serve<P, S, R, E, T>(
  server: Server<P, S, R, E>,
  handler: HandlerOrFactory<P, S, R, E, T>,
  options?: ServeOptions<T>,
): Promise<T | undefined>;
/** Serves the messages of a server whose type does not say what they are with an `actor()`. */
export function serve<P, S, T, M>(
  server: UntypedServer<M>,
  handler: CheckingFactory<P, S, T>,
  options?: ServeOptions<T>,
): Promise<T | undefined>;
export function serve<P, S, R, E, T>(
  server: Server<P, S, R, E>,
  handler: HandlerOrFactory<P, S, R, E, T>,
  options: ServeOptions<T> = {},
): Promise<T | undefined> {
  checkServer(serve, server);
  checkServeOptions(serve, options);
  return startServing(server, handler, options).done;
}

/** What `listen()` returns without type arguments: `M` is unknown. */
type UntypedServer<M> = unknown extends M ? Server<M, M, M> : never;

/** An actor whose loop runs. */
interface Serving<T> {
  /** As the result of serve(). */
  readonly done: Promise<T | undefined>;
  /** Fulfils when the handler is ready; rejects with what its factory or `init()` threw. */
  readonly started: Promise<void>;
}

/** Like serve(), for options that were checked before. */
export function startServing<P, S, R, E, T>(
  server: Server<P, S, R, E>,
  handler: HandlerOrFactory<P, S, R, E, T>,
  { concurrency = 1, onError, deadlockAfter, ...options }: ServeOptions<T>,
): Serving<T> {
  const watch =
    deadlockAfter === undefined
      ? undefined
      : new DeadlockWatch({ ...options, deadlockAfter }, concurrency === 1).start(
          mailboxOf(server),
        );
  const loop = new ServeLoop(server, handler, concurrency, onError, watch);
  return { done: outsideHandlings(() => loop.run()), started: loop.started };
}
