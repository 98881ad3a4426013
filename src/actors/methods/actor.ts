/** Actors whose messages are method calls. remote.ts is the calling side. */
import {
  type AbortSignal,
  PostClient,
  raise,
  type ReplyContext,
  type WeakClient,
} from '../../core/internal.js';
import { callOf, isNeverRemote, methodOf, type Call, type Method, type Methods } from './call.js';
import { isPromise, MethodNotFound, Stop, type Factory, type Flow } from '../handlers/handler.js';
import { END_OF_STREAM, isStream, pump } from './stream.js';

type Stopped<M> = {
  [K in keyof M]: M[K] extends Method ? StopValue<Awaited<ReturnType<M[K]>>> : never;
}[keyof M];
type StopValue<O> = O extends Stop<infer T> ? T : never;

/** `this` of a method that is called by a post. */
export interface PostContext {
  /** A weak client of this actor; `upgrade()` returns a strong one. */
  readonly self: WeakClient<unknown, unknown, unknown, unknown>;
}

/** `this` of a method that is called by a request. */
export interface ReqContext extends PostContext {
  /** Aborts when the caller cancels, times out or dies. */
  readonly signal: AbortSignal;
  /**
   * The reply context of the request. A method that reads it answers with it, now or later: the
   * result of the method is then not sent.
   */
  readonly rctx: ReplyContext<unknown, unknown>;
}

/** The names among NEVER_REMOTE that objects do not inherit. */
interface NeverRemote {
  then?: never;
  toJSON?: never;
  inspect?: never;
}

/** The methods of an actor. `this` is a {@link PostContext} or a {@link ReqContext}. */
export interface Definition<P extends Methods, R extends Methods, T> {
  /** Methods that are called by posts; their results are ignored, except `stop(value)`. */
  post?: P & NeverRemote & ThisType<PostContext>;
  /**
   * Methods that are called by requests. The result is the reply; a thrown error rejects the call.
   * A method that returns an async iterable or a generator is a stream.
   */
  req?: R & NeverRemote & ThisType<ReqContext>;
  /** As in a `Handler`. */
  init?(self: PostContext['self']): unknown;
  /** As in a `Handler`. */
  term?(stopped: T | undefined): unknown;
}

/** For `spawn()`, `serve()` and `serveWorker()`; `remote()` reads the methods from its type. */
export interface Actor<P, R> extends Factory<
  Call<P>,
  Call<R>,
  unknown,
  unknown,
  Stopped<P> | Stopped<R>
> {
  /** Exists only as a type. */
  readonly methods?: { post: P; req: R };
}

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- it has no methods
type NoMethods = Record<never, Method>;

/**
 * Defines an actor whose messages are method calls. An actor that is spawned several times shares
 * the state of the definition; wrap the call in a function to give each its own.
 *
 * A call of a name that is not an own property of `post` or `req` rejects with `MethodNotFound`.
 *
 * ```ts
 * const calculator = actor({ req: { add: (a: number, b: number) => a + b } });
 * const { client } = spawn(calculator);
 * const ten = await remote<typeof calculator>(client).req.add(3, 7);
 * ```
 *
 * @throws UmpError `InvalidArgument` if a method has a name that is never remote: `then`, `toJSON`,
 * `inspect`, `asymmetricMatch`, or a property of `Object.prototype` (`toString`, `valueOf`,
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
    req: (msg, rctx) => new MethodCall(self, rctx).run(req, msg),
    term: (stopped) => term?.(stopped),
  });
  return factory as Actor<P, R>;
}

/** One request; `this` of its method. */
class MethodCall implements ReqContext {
  readonly self: PostContext['self'];
  readonly #rctx: ReplyContext<unknown, unknown>;
  #isContextTaken = false;

  constructor(self: PostContext['self'], rctx: ReplyContext<unknown, unknown>) {
    this.self = self;
    this.#rctx = rctx;
  }

  get rctx(): ReplyContext<unknown, unknown> {
    this.#isContextTaken = true;
    return this.#rctx;
  }

  get signal(): AbortSignal {
    return this.#rctx.signal;
  }

  run(methods: Methods, msg: unknown): Flow<unknown> {
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
    return this.#finish(name, result, sink);
  }

  async #finish(
    name: string,
    result: unknown,
    sink: PostClient | undefined,
  ): Promise<Stop<unknown> | undefined> {
    try {
      const value = await result;
      if (sink === undefined) return this.#reply(name, value);
      if (!isStream(value)) throw new MethodNotFound(`${name} is not a stream`);
      await pump(value, sink);
    } finally {
      sink?.close();
    }
    this.#rctx.reply(END_OF_STREAM);
    return undefined;
  }

  #reply(name: string, value: unknown): Stop<unknown> | undefined {
    if (isStream(value)) throw new MethodNotFound(`${name} is a stream`);
    const isStop = value instanceof Stop;
    if (!this.#isContextTaken) this.#rctx.reply(isStop ? undefined : value);
    return isStop ? value : undefined;
  }
}
