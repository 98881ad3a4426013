/** An actor in a thread of its own: the side of that thread. */
import {
  Deferred,
  forActor,
  isObject,
  type ListenOptions,
  raise,
  type ReplyContext,
  type Server,
  UmpError,
} from '../../core/internal.js';
import { listen, type Endpoint } from '../../connect.js';
import { CONTROL, type ControlPost, type ControlRequest } from './control.js';
import { exitAfterFailure } from './exit-after-failure.js';
import type { Made, Served } from '../handlers/served.js';
import { RegistryRequest } from './registry-request.js';
import { returnUnread } from './return-unread.js';
import { setParentRegistry } from '../registry/registry-group.js';
import { type Flow, type Handler, type HandlerOrFactory } from '../handlers/handler.js';
import { introspect } from '../handlers/introspect.js';
import {
  actor,
  type Definition,
  type MethodsObject,
  type NoTables,
  type Tables,
} from '../methods/actor.js';
import type { Call } from '../methods/call.js';
import type { NoMethods } from '../methods/method-types.js';
import type { Stopped } from '../methods/results.js';
import type { NameTableClient } from '../registry/name-table.js';
import { rejectUnknownVerb } from '../support/reject-unknown-verb.js';
import { rejectWithThrown } from '../support/report.js';
import { serve, startServing } from '../handlers/serve.js';
import { closeBecauseOf } from '../handlers/serve-loop.js';
import { checkServeOptions, type ServeOptions } from '../handlers/serve-options.js';
import { usedMemory } from '../support/memory.js';
import { nodeProcess } from '../support/node-process.js';

export interface ServeWorkerOptions<T = unknown>
  extends ServeOptions<T>, Pick<ListenOptions, 'capacity' | 'onDropped' | 'spin'> {
  /**
   * The endpoint through which spawnWorker() connects; default the one that started this thread.
   */
  endpoint?: Endpoint | undefined;
}

/** What serveWorker() returns for an actor of these methods. */
type ServedMethods<P, R> = Served<
  never,
  Call<P>,
  Call<R>,
  unknown,
  unknown,
  Stopped<P> | Stopped<R>
>;

/**
 * Serves an object of methods, in tables: short for `serveWorker(() => actor(definition))`.
 *
 * ```ts
 * export default serveWorker({ post: { log }, req: { add } });
 * ```
 */
export function serveWorker<P extends object = NoMethods, R extends object = NoMethods>(
  definition: Definition<P, R> & Tables,
  options?: ServeWorkerOptions<Stopped<P> | Stopped<R>>,
): ServedMethods<P, R>;
/**
 * Serves the methods of an object, each of which is a request: short for
 * `serveWorker(() => actor(methods))`. Use a function where the thread is given an `init`.
 *
 * ```ts
 * // worker.ts
 * export default serveWorker({ add: (a: number, b: number) => a + b });
 *
 * // main.ts
 * import type Worker from './worker.js';
 * const { req } = remote(spawnWorker<typeof Worker>(new URL('./worker.js', import.meta.url)));
 * const seven = await req.add(3, 4);
 * ```
 *
 * @throws UmpError `InvalidArgument` as {@link actor} does for its argument.
 */
export function serveWorker<M extends object & NoTables>(
  methods: MethodsObject<M>,
  options?: ServeWorkerOptions<Stopped<M>>,
): ServedMethods<NoMethods, M>;
/**
 * Runs an actor in a thread that {@link spawnWorker} started. Call it once, at the top of the
 * script and before this thread uses the registry. Messages wait until the handler is ready.
 *
 * ```ts
 * void serveWorker((init: { buffer: ArrayBuffer }) => new Resizer(init.buffer));
 * ```
 *
 * @param factory creates the handler from the `init` of spawnWorker()
 * @returns fulfils when the actor has ended, also after an error: `done` of spawnWorker() reports
 * it. Its type is a type argument of spawnWorker(). After an error the thread exits with code 1 in
 * Node and Bun
 * @throws UmpError `NotSupported` if this thread is not a worker; `InvalidArgument` if `factory` is
 * neither a function nor an object, or an option is invalid; `AlreadyListening` if it was called
 * before.
 */
export function serveWorker<P, S, R, E = never, T = unknown, I = never>(
  factory: (init: I) => Made<P, S, R, E, T>,
  options?: ServeWorkerOptions<T>,
): Served<I, P, S, R, E, T>;
export function serveWorker<P, S, R, E, T, I>(
  served: object | ((init: I) => Made<P, S, R, E, T>),
  { endpoint, capacity, onDropped, spin, ...serveOptions }: ServeWorkerOptions<T> = {},
): Served<I, P, S, R, E, T> {
  const factory = isFactory(served) ? served : methodsOf(served);
  checkServeOptions(serveWorker, serveOptions);
  const server = listen<P, S, R, E>(endpoint, forActor({ capacity, onDropped, spin }));
  const control = listen<ControlPost, ControlRequest>(endpoint, forActor({ name: CONTROL }));
  const handler = new WorkerControl(
    control,
    async (init, onStarted) => {
      let handlerOrFactory: HandlerOrFactory<P, S, R, E, T>;
      try {
        handlerOrFactory = await factory(init);
      } catch (error) {
        closeBecauseOf(server, error);
        throw error;
      }
      const { done, started } = startServing(server, handlerOrFactory, serveOptions);
      started.then(onStarted, () => undefined);
      return done;
    },
    () => introspect(server),
  );
  setParentRegistry(() => handler.requestRegistry());
  const onExit = (code: number): void => {
    if (code === 0) returnUnread(server);
  };
  const process = nodeProcess();
  process?.on?.('exit', onExit);
  return serve(control, handler, { concurrency: Infinity }).then(() => {
    process?.off?.('exit', onExit);
    // The parent may have died before it sent `start`.
    server.close();
    if (handler.hasFailed) exitAfterFailure(endpoint);
  });
}

const isFactory = <F extends (init: never) => unknown>(served: object | F): served is F =>
  typeof served === 'function';

function methodsOf(served: object): () => never {
  if (!isObject(served)) {
    const message = 'serveWorker() takes a function or an object of methods';
    return raise(serveWorker, 'InvalidArgument', message);
  }
  const methods = actor(served);
  return () => methods as never;
}

/** Runs the actor until it ends, and calls `onStarted` once its handler is ready. */
type StartActor = (init: never, onStarted: () => void) => Promise<unknown>;

/** Handles the control channel: the requests of the thread that started this one. */
class WorkerControl implements Handler<ControlPost, ControlRequest, unknown, never, undefined> {
  /**
   * Keeps this thread alive until the actor starts, and while this thread waits for the registry.
   */
  readonly #control: Server<ControlPost, ControlRequest>;
  readonly #start: StartActor;
  readonly #stats: () => unknown;
  readonly #started = new Deferred<void>();
  readonly #registryRequest = new RegistryRequest();
  /** Whether an error has ended the actor. */
  hasFailed = false;

  constructor(
    control: Server<ControlPost, ControlRequest>,
    start: StartActor,
    stats: () => unknown,
  ) {
    this.#control = control;
    this.#start = start;
    this.#stats = stats;
    this.#started.promise.catch(() => undefined);
  }

  requestRegistry(): Promise<NameTableClient> {
    this.#control.ref();
    return this.#registryRequest.send();
  }

  post(registry: ControlPost): void {
    this.#registryRequest.settle(registry);
    this.#control.unref();
  }

  req([verb, init]: ControlRequest, rctx: ReplyContext<unknown>): Flow<undefined> {
    switch (verb) {
      case 'start':
        if (!this.#registryRequest.isPending) this.#control.unref();
        return this.#run(init as never, rctx);
      case 'started':
        void this.#replyOnceStarted(rctx);
        return undefined;
      case 'registry':
        this.#registryRequest.setDemand(rctx);
        return undefined;
      case 'memory':
        rctx.reply(usedMemory());
        return undefined;
      case 'stats':
        rctx.reply(this.#stats());
        return undefined;
      default:
        rejectUnknownVerb(rctx, verb);
        return undefined;
    }
  }

  async #run(init: never, rctx: ReplyContext<unknown>): Promise<void> {
    try {
      rctx.reply(await this.#start(init, this.#started.resolve));
    } catch (error) {
      this.hasFailed = true;
      this.#started.reject(error);
      rejectWithThrown(rctx, error);
    }
    // Requests that are still on their way go back to their clients, until the parent has them all
    // and closes the control channel.
    this.#control.ref();
  }

  async #replyOnceStarted(rctx: ReplyContext<unknown>): Promise<void> {
    try {
      await this.#started.promise;
      rctx.reply(undefined);
    } catch (error) {
      rejectWithThrown(rctx, error);
    }
  }

  term(): void {
    this.#registryRequest.close();
    this.#started.reject(new UmpError('ServerDisappeared', 'the actor has ended'));
  }
}
