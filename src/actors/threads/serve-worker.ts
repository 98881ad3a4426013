/** An actor in a thread of its own: the side of that thread. */
import {
  Client,
  Deferred,
  dispose,
  forActor,
  type ListenOptions,
  type ReplyContext,
  type Server,
  UmpError,
} from '../../core/internal.js';
import { listen, type Endpoint } from '../../connect.js';
import { CONTROL, type ControlPost, type ControlRequest } from './control.js';
import { setParentRegistry } from '../registry/registry-group.js';
import {
  stop,
  type Flow,
  type Handler,
  type HandlerOrFactory,
  type Stop,
} from '../handlers/handler.js';
import { introspect } from '../handlers/introspect.js';
import type { NameTableClient } from '../registry/name-table.js';
import { rejectWithThrown } from '../handlers/report.js';
import { checkConcurrency, closeBecauseOf, serve, type ServeOptions } from '../handlers/serve.js';

export interface ServeWorkerOptions<T = unknown>
  extends ServeOptions<T>, Pick<ListenOptions, 'capacity' | 'onDropped'> {
  /**
   * The endpoint through which spawnWorker() connects; default the one that started this thread.
   */
  endpoint?: Endpoint | undefined;
}

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
 * it
 * @throws UmpError `NotSupported` if this thread is not a worker; `InvalidArgument` if an option is
 * invalid; `AlreadyListening` if it was called before.
 */
export function serveWorker<P, S, R, E = never, T = unknown>(
  factory: (
    init: never,
  ) => HandlerOrFactory<P, S, R, E, T> | Promise<HandlerOrFactory<P, S, R, E, T>>,
  { endpoint, concurrency, onError, ...listenOptions }: ServeWorkerOptions<T> = {},
): Promise<void> {
  checkConcurrency(serveWorker, concurrency);
  const server = listen<P, S, R, E>(endpoint, forActor(listenOptions));
  const control = listen<ControlPost, ControlRequest>(endpoint, forActor({ name: CONTROL }));
  const handler = new WorkerControl(
    control,
    async (init) => {
      let handlerOrFactory: HandlerOrFactory<P, S, R, E, T>;
      try {
        handlerOrFactory = await factory(init);
      } catch (error) {
        closeBecauseOf(server, error);
        throw error;
      }
      return serve(server, handlerOrFactory, { concurrency, onError });
    },
    () => introspect(server),
  );
  setParentRegistry(() => handler.requestRegistry());
  return serve(control, handler, { concurrency: Infinity }).then(() => {
    // The parent may have died before it sent `start`.
    server.close();
  });
}

/** Handles the control channel: the requests of the thread that started this one. */
class WorkerControl implements Handler<ControlPost, ControlRequest, unknown, never, undefined> {
  /**
   * Keeps this thread alive until the actor starts, and while this thread waits for the registry.
   */
  readonly #control: Server<ControlPost, ControlRequest>;
  readonly #start: (init: never) => Promise<unknown>;
  readonly #stats: () => unknown;
  /** The parent's request that is answered once this thread needs the registry. */
  #registryRequest: ReplyContext<unknown> | undefined = undefined;
  /** Set once this thread needs the registry. */
  #registry: Deferred<NameTableClient> | undefined = undefined;
  #isEnded = false;

  constructor(
    control: Server<ControlPost, ControlRequest>,
    start: (init: never) => Promise<unknown>,
    stats: () => unknown,
  ) {
    this.#control = control;
    this.#start = start;
    this.#stats = stats;
  }

  requestRegistry(): Promise<NameTableClient> {
    const registry = new Deferred<NameTableClient>();
    this.#registry = registry;
    this.#control.ref();
    this.#registryRequest?.reply(undefined);
    if (this.#isEnded) this.term();
    return registry.promise;
  }

  post(registry: ControlPost): void {
    if (registry === undefined) this.#rejectRegistry();
    else this.#registry?.resolve(Client.from(registry));
    this.#control.unref();
  }

  req([verb, init]: ControlRequest, rctx: ReplyContext<unknown>): Flow<undefined> {
    switch (verb) {
      case 'start':
        if (this.#registry === undefined) this.#control.unref();
        return this.#run(init as never, rctx);
      case 'names':
        this.#registryRequest = rctx;
        if (this.#registry !== undefined) rctx.reply(undefined);
        return undefined;
      case 'stats':
        rctx.reply(this.#stats());
        return undefined;
    }
  }

  async #run(init: never, rctx: ReplyContext<unknown>): Promise<Stop<undefined>> {
    try {
      rctx.reply(await this.#start(init));
    } catch (error) {
      rejectWithThrown(rctx, error);
    }
    return stop();
  }

  term(): void {
    this.#isEnded = true;
    this.#registryRequest?.[dispose]();
    this.#rejectRegistry();
  }

  #rejectRegistry(): void {
    this.#registry?.reject(
      new UmpError('ServerDisappeared', 'the first thread of the registry group is gone'),
    );
  }
}
