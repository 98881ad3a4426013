import type { Requester } from '../../core/internal.js';
import type { Actor } from './actor.js';
import { isNeverRemote, type Call, type Method } from './call.js';
import type { Stop } from '../handlers/handler.js';
import type { PoolReqOptions } from '../pools/pool-types.js';
import { pull, type Called, type StreamOptions } from './stream.js';

/**
 * Options for the calls of one {@link Remote.with}: `buffer` is for streams; `idempotent` and
 * `killAfter` are for what supervisors and pools give, and for requests alone; the rest as in
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

/** The methods of an actor, to be called from anywhere. `A` is its type: `typeof calculator`. */
export interface Remote<A> {
  /** One-way; throws what `client.post()` throws. */
  readonly post: Posts<PostsOf<A>>;
  /**
   * Rejects as `client.req()` does, and with `HandlerFailed` if the method threw (see `cause`),
   * `MethodNotFound` if there is no such method.
   */
  readonly req: Requests<RequestsOf<A>>;
  /**
   * Methods that return an async iterable or a generator, for `for await`: nothing is called before
   * the first item is asked for; leaving the loop ends the one over there. Throws as `req` rejects.
   */
  readonly stream: Streams<RequestsOf<A>>;
  /** The same methods, called with these options. */
  with(options: RemoteOptions): Remote<A>;
}

type MethodsOf<A> = A extends Actor<infer P, infer R> ? { post: P; req: R } : never;
type PostsOf<A> = MethodsOf<A>['post'];
type RequestsOf<A> = MethodsOf<A>['req'];

/** What can carry calls of the actor `A`: a Client of it, or whatever stands for one. */
export type RemoteRequester<A> = Requester<Call<PostsOf<A>>, Call<RequestsOf<A>>, unknown, unknown>;

/** Calls the methods of an actor by name: `remote<typeof calculator>(client).req.add(3, 7)`. */
export function remote<A>(to: RemoteRequester<A>, options: RemoteOptions = {}): Remote<A> {
  const { buffer, ...calling } = options;
  const { signal, timeout, transfer = [] } = calling;
  const asked = to as unknown as Called;
  return {
    post: methods((name, args) => {
      asked.post([name, args], { transfer });
    }),
    req: methods((name, args) => asked.req([name, args], calling)),
    stream: methods((name, args) => pull(asked, name, args, { buffer, signal, timeout, transfer })),
    with: (more) => remote<A>(to, { ...options, ...more }),
  };
}

/**
 * An object that has every method that it is asked for, but those that are never remote. Reading a
 * name sends nothing, and gives the same function each time.
 */
function methods(call: (name: string, args: readonly unknown[]) => unknown): never {
  const known = new Map<string, (...args: unknown[]) => unknown>();
  const method = (name: string): unknown => {
    let one = known.get(name);
    if (one === undefined) {
      one = (...args) => call(name, args);
      known.set(name, one);
    }
    return one;
  };
  return new Proxy(LOCAL, {
    get: (local, name) =>
      typeof name === 'symbol' || isNeverRemote(name)
        ? (Reflect.get(local, name) as unknown)
        : method(name),
  }) as never;
}

/** What such an object is besides: an ordinary object, which has nothing of its own to be seen. */
const LOCAL = Object.freeze(Object.defineProperty({}, Symbol.toStringTag, { value: 'Remote' }));
