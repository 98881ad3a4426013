import type { Requester } from '../../core/internal.js';
import type { Actor } from './actor.js';
import { isNeverRemote, type Call, type Method } from './call.js';
import type { Stop } from '../handlers/handler.js';
import type { PoolReqOptions } from '../proxies/stable-requester.js';
import { pull, type CallRequester, type StreamOptions } from './stream.js';

/**
 * Options of the calls through {@link Remote.with}. `buffer` applies to streams alone, `idempotent`
 * and `killAfter` to requests through a supervisor's or a pool's requester; the others are those of
 * `client.req()`.
 */
export type RemoteOptions = StreamOptions & PoolReqOptions;

type Item<V> =
  V extends AsyncIterable<infer I>
    ? I
    : V extends IterableIterator<infer I, unknown, never>
      ? I
      : never;
type IsStream<M> = M extends Method
  ? [Item<Awaited<ReturnType<M>>>] extends [never]
    ? false
    : true
  : false;
type Replied<V> = [Exclude<V, Stop<unknown>>] extends [never]
  ? undefined
  : Exclude<V, Stop<unknown>>;

type Posts<P> = {
  readonly [K in keyof P]: P[K] extends Method ? (...args: Parameters<P[K]>) => void : never;
};
type Requests<R> = {
  readonly [K in keyof R as IsStream<R[K]> extends true ? never : K]: R[K] extends Method
    ? (...args: Parameters<R[K]>) => Promise<Replied<Awaited<ReturnType<R[K]>>>>
    : never;
};
type Streams<R> = {
  readonly [K in keyof R as IsStream<R[K]> extends true ? K : never]: R[K] extends Method
    ? (...args: Parameters<R[K]>) => AsyncGenerator<Item<Awaited<ReturnType<R[K]>>>, undefined>
    : never;
};

/** The methods of an actor as functions. `A` is the actor's type: `typeof calculator`. */
export interface Remote<A> {
  /** One-way calls; they throw as `client.post()` does. */
  readonly post: Posts<PostsOf<A>>;
  /**
   * Calls with a reply. They reject as `client.req()` does, with `HandlerFailed` if the method
   * threw (see `cause`), and with `MethodNotFound` if the actor has no such method.
   */
  readonly req: Requests<RequestsOf<A>>;
  /**
   * Methods that return an async iterable or a generator, for `for await`. The method is called
   * when the first item is requested; leaving the loop ends the generator in the actor. The loop
   * throws the errors that a call through `req` rejects with.
   */
  readonly stream: Streams<RequestsOf<A>>;
  /** The same methods, called with these options. */
  with(options: RemoteOptions): Remote<A>;
}

type MethodsOf<A> = A extends Actor<infer P, infer R> ? { post: P; req: R } : never;
type PostsOf<A> = MethodsOf<A>['post'];
type RequestsOf<A> = MethodsOf<A>['req'];

/** A Client of the actor `A`, or another requester that sends to it. */
export type RemoteRequester<A> = Requester<Call<PostsOf<A>>, Call<RequestsOf<A>>, unknown, unknown>;

/** Calls the methods of an actor by name: `remote<typeof calculator>(client).req.add(3, 7)`. */
export function remote<A>(requester: RemoteRequester<A>, options: RemoteOptions = {}): Remote<A> {
  const { buffer, ...reqOptions } = options;
  const { signal, timeout, transfer = [] } = reqOptions;
  const caller = requester as unknown as CallRequester;
  return {
    post: methodsCalledBy((name, args) => {
      caller.post([name, args], { transfer });
    }),
    req: methodsCalledBy((name, args) => caller.req([name, args], reqOptions)),
    stream: methodsCalledBy((name, args) =>
      pull(caller, name, args, { buffer, signal, timeout, transfer }),
    ),
    with: (more) => remote<A>(requester, { ...options, ...more }),
  };
}

/**
 * Returns an object that has a method of every name, except those that are never remote. Reading a
 * property sends nothing and returns the same function each time.
 */
function methodsCalledBy(call: (name: string, args: readonly unknown[]) => unknown): never {
  const known = new Map<string, (...args: unknown[]) => unknown>();
  const methodNamed = (name: string): unknown => {
    let method = known.get(name);
    if (method === undefined) {
      method = (...args) => call(name, args);
      known.set(name, method);
    }
    return method;
  };
  return new Proxy(PROXY_TARGET, {
    get: (target, name) =>
      typeof name === 'symbol' || isNeverRemote(name)
        ? (Reflect.get(target, name) as unknown)
        : methodNamed(name),
  }) as never;
}

/**
 * The local properties of these objects: those of an empty object, which loggers print as Remote.
 */
const PROXY_TARGET = Object.freeze(
  Object.defineProperty({}, Symbol.toStringTag, { value: 'Remote' }),
);
