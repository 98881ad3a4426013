/** Actors by methods: each message names one, with its arguments. remote.ts is the other side. */
import {
  type AbortSignal,
  PostClient,
  raise,
  type ReplyContext,
  type WeakClient,
} from '../../core/internal.js';
import { callOf, isNeverRemote, methodOf, type Call, type Method, type Methods } from './call.js';
import { isPromise, Refusal, Stop, type Factory, type Flow } from '../handlers/handler.js';
import { END, isStream, pump } from './stream.js';

type Stopped<M> = {
  [K in keyof M]: M[K] extends Method ? StopValue<Awaited<ReturnType<M[K]>>> : never;
}[keyof M];
type StopValue<O> = O extends Stop<infer T> ? T : never;

/** `this` of a method that is posted to. */
export interface PostContext {
  /** Of the actor itself; `upgrade()` makes a client of it. */
  readonly self: WeakClient<unknown, unknown, unknown, unknown>;
}

/** `this` of a method that is requested. */
export interface ReqContext extends PostContext {
  /** Aborts when the caller cancels, times out or dies. */
  readonly signal: AbortSignal;
  /** A method that takes this answers by it, now or later: what it returns is not sent. */
  readonly rctx: ReplyContext<unknown, unknown>;
}

/** Of the names that are never remote, those that no object has by itself. */
interface NotThese {
  then?: never;
  toJSON?: never;
  inspect?: never;
}

/** What an actor can do, by name: `this` is a {@link PostContext} or a {@link ReqContext}. */
export interface Definition<P extends Methods, R extends Methods, T> {
  post?: P & NotThese & ThisType<PostContext>;
  /**
   * What a method returns is the reply, what it throws the failure. One that returns an async
   * iterable, or a generator, is a stream.
   */
  req?: R & NotThese & ThisType<ReqContext>;
  /** As in a `Handler`. */
  init?(self: PostContext['self']): unknown;
  /** As in a `Handler`. */
  term?(stopped: T | undefined): unknown;
}

/** For `spawn()`, `serve()` and `serveWorker()`; its type tells `remote()` what it can do. */
export interface Actor<P, R> extends Factory<
  Call<P>,
  Call<R>,
  unknown,
  unknown,
  Stopped<P> | Stopped<R>
> {
  /** Only a type. */
  readonly methods?: { post: P; req: R };
}

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- it has none, as it says
type NoMethods = Record<never, Method>;

/**
 * An actor whose messages are calls of methods. It may be spawned any number of times; what it
 * keeps, it shares then.
 *
 * A call of a method that it does not have (an own property of `post` or `req`) rejects with
 * `MethodNotFound`.
 *
 * @throws UmpError `InvalidArgument` for a method whose name is never remote: `then`, `toJSON`,
 * `inspect`, `asymmetricMatch`, and all that an object has anyway (`toString`, `valueOf`,
 * `constructor` and the like).
 */
export function actor<P extends Methods = NoMethods, R extends Methods = NoMethods>(
  definition: Definition<P, R, Stopped<P> | Stopped<R>>,
): Actor<P, R> {
  const { post = {}, req = {}, init, term } = definition as Definition<Methods, Methods, unknown>;
  for (const name of [...Object.keys(post), ...Object.keys(req)]) {
    if (isNeverRemote(name)) raise(actor, 'InvalidArgument', `a method cannot be named ${name}`);
  }
  const factory: Factory<unknown, unknown, unknown, unknown> = (self) => ({
    init: () => init?.(self),
    post: (msg) => {
      const { name, args } = callOf(msg);
      return methodOf(post, name).apply({ self }, args) as Flow<unknown>;
    },
    req: (msg, rctx) => new Answer(self, rctx).to(req, msg),
    term: (stopped) => term?.(stopped),
  });
  return factory as Actor<P, R>;
}

/** One request, and the context that its method sees. */
class Answer implements ReqContext {
  readonly self: PostContext['self'];
  readonly #rctx: ReplyContext<unknown, unknown>;
  #taken = false;

  constructor(self: PostContext['self'], rctx: ReplyContext<unknown, unknown>) {
    this.self = self;
    this.#rctx = rctx;
  }

  get rctx(): ReplyContext<unknown, unknown> {
    this.#taken = true;
    return this.#rctx;
  }

  get signal(): AbortSignal {
    return this.#rctx.signal;
  }

  to(methods: Methods, msg: unknown): Flow<unknown> {
    const { name, args, port } = callOf(msg);
    const sink = port && PostClient.from(port);
    let result: unknown;
    try {
      result = methodOf(methods, name).apply(this, args);
    } catch (error) {
      sink?.close();
      throw error;
    }
    if (sink === undefined && !isPromise(result)) return this.#reply(name, result);
    return this.#later(name, result, sink);
  }

  async #later(
    name: string,
    result: unknown,
    sink: PostClient | undefined,
  ): Promise<Stop<unknown> | undefined> {
    try {
      const value = await result;
      if (sink === undefined) return this.#reply(name, value);
      if (!isStream(value)) throw new Refusal(`${name} is no stream`);
      await pump(value, sink);
    } finally {
      sink?.close();
    }
    this.#rctx.reply(END);
    return undefined;
  }

  #reply(name: string, value: unknown): Stop<unknown> | undefined {
    if (isStream(value)) throw new Refusal(`${name} is a stream`);
    const isStop = value instanceof Stop;
    if (!this.#taken) this.#rctx.reply(isStop ? undefined : value);
    return isStop ? value : undefined;
  }
}
