/** An actor in a thread of its own: the side of that thread. */
import {
  Client,
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
import { stop, type Flow, type Given, type Handler, type Stop } from '../handlers/handler.js';
import { introspect } from '../handlers/introspect.js';
import type { NameTableClient } from '../registry/name-table.js';
import { tellThrown } from '../handlers/report.js';
import { checkConcurrency, endBy, serve, type ServeOptions } from '../handlers/serve.js';

export interface ServeWorkerOptions<T = unknown>
  extends ServeOptions<T>, Pick<ListenOptions, 'capacity' | 'onDropped'> {
  /** Where spawnWorker() reaches this thread; default: who started it. */
  endpoint?: Endpoint | undefined;
}

/**
 * The side of the thread that {@link spawnWorker} started: call it at the top of the script, once,
 * and before this thread uses names. Messages wait until the handler is there.
 *
 * @param factory makes the handler of what spawnWorker() was given as `init`
 * @returns fulfils when the actor has ended, however it did: spawnWorker's `done` tells.
 * @throws UmpError `NotSupported` if this thread is not a worker; `InvalidArgument` for invalid options.
 */
export function serveWorker<P, S, R, E = never, T = unknown>(
  factory: (init: never) => Given<P, S, R, E, T> | Promise<Given<P, S, R, E, T>>,
  { endpoint, concurrency, onError, ...listening }: ServeWorkerOptions<T> = {},
): Promise<void> {
  checkConcurrency(serveWorker, concurrency);
  const server = listen<P, S, R, E>(endpoint, forActor(listening));
  const control = listen<ControlPost, ControlRequest>(endpoint, forActor({ name: CONTROL }));
  const orders = new WorkerControl(
    control,
    async (init) => {
      let given: Given<P, S, R, E, T>;
      try {
        given = await factory(init);
      } catch (error) {
        endBy(server, error);
        throw error;
      }
      return serve(server, given, { concurrency, onError });
    },
    () => introspect(server),
  );
  setParentRegistry(() => orders.names());
  return serve(control, orders, { concurrency: Number.MAX_SAFE_INTEGER }).then(() => {
    // Whoever was to give the order to start may have died before he did.
    server.close();
  });
}

/** What this thread's parent asks of it. */
class WorkerControl implements Handler<ControlPost, ControlRequest, unknown, never, undefined> {
  /**
   * Keeps this thread alive until the actor does, and while something is wanted from over there.
   */
  readonly #control: Server<ControlPost, ControlRequest>;
  readonly #start: (init: never) => Promise<unknown>;
  readonly #stats: () => unknown;
  /** To be answered once this thread wants the names of its family. */
  #registryRequest: ReplyContext<unknown> | undefined = undefined;
  #registryWaiter:
    { resolve(names: NameTableClient): void; reject(error: UmpError): void } | undefined =
    undefined;
  #isOver = false;

  constructor(
    control: Server<ControlPost, ControlRequest>,
    start: (init: never) => Promise<unknown>,
    stats: () => unknown,
  ) {
    this.#control = control;
    this.#start = start;
    this.#stats = stats;
  }

  names(): Promise<NameTableClient> {
    return new Promise((resolve, reject) => {
      this.#registryWaiter = { resolve, reject };
      this.#control.ref();
      this.#registryRequest?.reply(undefined);
      if (this.#isOver) this.term();
    });
  }

  post(names: ControlPost): void {
    if (names === undefined) this.#lost();
    else this.#registryWaiter?.resolve(Client.from(names));
    this.#control.unref();
  }

  req([verb, init]: ControlRequest, rctx: ReplyContext<unknown>): Flow<undefined> {
    switch (verb) {
      case 'start':
        if (this.#registryWaiter === undefined) this.#control.unref();
        return this.#run(init as never, rctx);
      case 'names':
        this.#registryRequest = rctx;
        if (this.#registryWaiter !== undefined) rctx.reply(undefined);
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
      tellThrown(rctx, error);
    }
    return stop();
  }

  term(): void {
    this.#isOver = true;
    this.#registryRequest?.[dispose]();
    this.#lost();
  }

  #lost(): void {
    this.#registryWaiter?.reject(
      new UmpError('ServerDisappeared', 'the first thread of the family is gone'),
    );
  }
}
