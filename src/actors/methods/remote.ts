import { raise, type Requester } from '../../core/internal.js';
import type { Served, ServedBy } from '../handlers/served.js';
import { asyncDispose } from '../support/async-dispose.js';
import type { Actor } from './actor.js';
import type { Call, CallsOf } from './call.js';
import type { NoMethods } from './method-types.js';
import { receivedResult } from './received.js';
import { checkRemoteOptions, createRemote, type RemoteOptions } from './remote-calls.js';
import type { PostMethods, RequestMethods, StreamMethods, TryMethods } from './remote-methods.js';
import type { CallRequester } from './stream.js';

/**
 * The methods of an actor as functions. `A` is the actor's type, as in `typeof calculator`, that of
 * an object of methods, or of what a script serves.
 */
export interface Remote<A> extends AsyncDisposable {
  /** One-way calls; they throw as `client.post()` does. */
  readonly post: PostMethods<PostsOf<A>>;
  /**
   * Calls with a reply. They reject as `client.req()` does, with `HandlerFailed` if the method
   * threw (see `cause`), and with `MethodNotFound` if the actor has no such method.
   */
  readonly req: RequestMethods<RequestsOf<A>>;
  /**
   * The same calls, which never reject: the promise fulfils with the reply or with the error, as
   * that of `client.tryReq()`. Only what `onProgress` throws rejects, unless it is an UmpError.
   */
  readonly tryReq: TryMethods<RequestsOf<A>>;
  /**
   * Methods that return an async iterable or a generator, for `for await`. The method is called
   * when the first item is requested; leaving the loop ends the generator in the actor. The loop
   * throws the errors that a call through `req` rejects with. What the generator returns is the
   * `value` of the last result of `next()`.
   */
  readonly stream: StreamMethods<RequestsOf<A>>;
  /**
   * The same methods, called with these options.
   * @throws UmpError `InvalidArgument` if `onProgress` is not a function.
   */
  with(options: RemoteOptions): Remote<A>;
  /**
   * For `await using`: ends what remote() was given, as `await using` of that does: a pool is
   * stopped, an actor that was spawned ends. A client is closed.
   */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The methods of an actor, of what a script serves, or of an object of requests only. */
type MethodsOf<A> =
  A extends Actor<infer P, infer R>
    ? { post: P; req: R }
    : A extends object
      ? [ServedBy<A>] extends [never]
        ? { post: NoMethods; req: A }
        : CallsServed<ServedBy<A>>
      : never;
type CallsServed<W> =
  W extends Served<never, infer P, infer S, unknown, unknown, unknown>
    ? { post: CalledBy<P>; req: CalledBy<S> }
    : never;
type PostsOf<A> = MethodsOf<A>['post'];
type RequestsOf<A> = MethodsOf<A>['req'];

/** A Client of the actor `A`, or another requester that sends to it. */
export type RemoteRequester<A> = Requester<Call<PostsOf<A>>, Call<RequestsOf<A>>, unknown, unknown>;

/** The methods that the messages call. */
type CalledBy<S> = [S] extends [never] ? NoMethods : S extends CallsOf<infer M> ? M : NoMethods;

/** Messages that call methods. Those of an untyped client do not say which methods there are. */
type AnyCalls = readonly [name: string, args: readonly unknown[], ...rest: unknown[]];

/** Never where the messages do not say it either: none is ever sent, or any name may occur. */
type Known<P extends AnyCalls, S extends AnyCalls> = [P | S] extends [never]
  ? never
  : string extends (P | S)[0]
    ? never
    : unknown;

/** Something that has a client: what `spawn()` and `spawnWorker()` return. */
interface HasClient<C> {
  readonly client: C;
}

/**
 * Calls the methods of an actor by name. Of a requester that was made from the actor, the type
 * says which these are; for others, name the type of the actor or of its object of methods.
 *
 * ```ts
 * const ten = await remote(spawn(calculator)).req.add(3, 7);
 * const there = remote<typeof calculator>(connect(worker));
 * const { ok } = await there.tryReq.add(3, 7);
 * ```
 *
 * With `await using`, it ends what it was given at the end of the block:
 *
 * ```ts
 * await using there = remote(pool<Worker>(script, { size: 4 }));
 * ```
 *
 * @param actor a client of the actor, another requester that sends to it, or what `spawn()` or
 * `spawnWorker()` returned
 * @throws UmpError `InvalidArgument` if `actor` is none of these, or `onProgress` is no function.
 */
export function remote<P extends AnyCalls, S extends AnyCalls>(
  actor: (Requester<P, S, unknown, unknown> | HasClient<Requester<P, S, unknown, unknown>>) &
    Known<P, S>,
  options?: RemoteOptions,
): Remote<Actor<CalledBy<P>, CalledBy<S>>>;
/**
 * Calls the methods of an actor, an object or a script of the type `A`, which the client does not
 * know.
 */
export function remote<A>(
  actor: RemoteRequester<A> | HasClient<RemoteRequester<A>>,
  options?: RemoteOptions,
): Remote<A>;
export function remote(actor: object, options: RemoteOptions = {}): Remote<unknown> {
  checkRemoteOptions(remote, options);
  const caller = requesterOf(actor);
  return createRemote(caller, () => end(actor, caller), receivedResult, options) as never;
}

type ClosableCaller = CallRequester & { close(): void };

async function end(actor: object, caller: ClosableCaller): Promise<void> {
  if (asyncDispose in actor) await (actor as AsyncDisposable)[asyncDispose]();
  else caller.close();
}

/** Throws `InvalidArgument` if `actor` is nothing that remote() takes. */
function requesterOf(actor: object): ClosableCaller {
  for (const requester of [
    actor,
    (actor as Partial<HasClient<object>> | null | undefined)?.client,
  ]) {
    if (typeof (requester as Partial<ClosableCaller> | null | undefined)?.req === 'function') {
      return requester as ClosableCaller;
    }
  }
  return raise(remote, 'InvalidArgument', 'remote() takes a client, or an actor that was spawned');
}
