/** Actors whose messages are method calls. remote.ts is the calling side. */
import { isObject, raise } from '../../core/internal.js';
import type { CheckingFactory, Factory } from '../handlers/handler.js';
import type { Call } from './call.js';
import { callHandler } from './call-handler.js';
import { checkNames, CallableObject } from './callable-object.js';
import type { PostContext, ReqContext } from './method-call.js';
import type { Method, NoFunction, NoMethods } from './method-types.js';
import type { Stopped } from './results.js';

/** The names among NEVER_REMOTE that objects do not inherit. */
interface NeverRemote {
  then?: never;
  toJSON?: never;
  inspect?: never;
}

/** The methods of an actor, in tables. `this` is a {@link PostContext} or a {@link ReqContext}. */
export interface Definition<P, R> {
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
  term?(stopped: Stopped<P> | Stopped<R> | undefined): unknown;
}

/** An object with a property `post` or `req` that is no method has its methods in tables. */
export type Tables = { post: NoFunction & object } | { req: NoFunction & object };

/** An object of methods has no such property. */
export interface NoTables {
  post?: Method;
  req?: Method;
}

/** `this` in the methods of nested literals. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- ThisType is empty
type NestedThis<M> = { [K in keyof M]: ThisType<M[K] & ReqContext> };

/** An object of methods, each of which is a request. */
export type MethodsObject<M> = M & NoFunction & ThisType<M & ReqContext> & NestedThis<M>;

/** For `spawn()`, `serve()` and `serveWorker()`; `remote()` reads the methods from its type. */
export interface Actor<P, R> extends CheckingFactory<Call<P>, Call<R>, Stopped<P> | Stopped<R>> {
  /** Exists only as a type. */
  readonly methods?: { post: P; req: R };
}

/**
 * Defines an actor whose methods are in tables: those of `post` are called by posts, those of `req`
 * by requests. Otherwise as `actor(methods)`.
 *
 * ```ts
 * const log = actor({ post: { line: (text: string) => void lines.push(text) }, req: { all } });
 * ```
 */
export function actor<P extends object = NoMethods, R extends object = NoMethods>(
  definition: Definition<P, R> & Tables,
): Actor<P, R>;
/**
 * Defines an actor whose messages are method calls: each method of an object is a request. The
 * object may be an instance of a class, or a literal, which may contain further objects of methods.
 *
 * An object that has a property `post` or `req` which is no method is a {@link Definition}: its
 * methods are those of the objects `post` and `req`.
 *
 * An actor that is spawned several times shares the state of the object; wrap the call in a
 * function to give each its own. A call of another name rejects with `MethodNotFound`.
 *
 * ```ts
 * const calculator = actor({ add: (a: number, b: number) => a + b });
 * const ten = await remote(spawn(calculator)).req.add(3, 7);
 * ```
 *
 * @throws UmpError `InvalidArgument` if the argument is not an object, or if a literal has a name
 * that is never remote: `then`, `toJSON`, `inspect`, `asymmetricMatch`, or a property of
 * `Object.prototype` (`toString`, `valueOf`, `constructor` and the like); in nested objects also
 * `apply`, `bind` and `call`.
 */
export function actor<M extends object & NoTables>(methods: MethodsObject<M>): Actor<NoMethods, M>;
export function actor(definition: object): unknown {
  const { post, req, init, term } = tablesOf(definition);
  const posts = callableObject(post);
  const requests = callableObject(req);
  const factory: Factory<unknown, unknown, unknown, unknown> = (self) => ({
    init: () => init?.(self),
    ...callHandler({ posts, requests, self: () => self }),
    term: (stopped) => term?.(stopped as never),
  });
  return factory;
}

function tablesOf(definition: object): Definition<object, object> {
  if (!isObject(definition)) {
    return raise(actor, 'InvalidArgument', 'actor() takes an object of methods');
  }
  const { post, req } = definition as Definition<object, object>;
  const isTable = (name: 'post' | 'req', value: unknown): boolean =>
    name in definition && typeof value !== 'function';
  if (!isTable('post', post) && !isTable('req', req)) return { req: definition };
  for (const table of [post, req]) {
    if (table === undefined || isObject(table)) continue;
    return raise(actor, 'InvalidArgument', '`post` and `req` of an actor are objects of methods');
  }
  return definition;
}

function callableObject(methods: object = {}): CallableObject {
  checkNames(actor, methods);
  return new CallableObject(methods);
}
