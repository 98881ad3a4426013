/** The types of Comlink's API, by the same names. */
import type { AbortSignal, MessagePort } from '../core/internal.js';
import type { createEndpoint, proxyMarker, releaseProxy } from './symbols.js';

/** An object that is passed by reference: see `proxy()`. */
export interface ProxyMarked {
  [proxyMarker]: true;
}

/** Any function; `Function` itself would also be a class without a call signature. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- classes are meant, too
type FunctionOrClass = Function;

type Promisify<T> = T extends Promise<unknown> ? T : Promise<T>;
type Unpromisify<P> = P extends Promise<infer T> ? T : P;
type MaybePromise<T> = Promise<T> | T;

/** Each of these is a type of its own, so that it distributes over unions. */
type RemoteProperty<T> = T extends FunctionOrClass | ProxyMarked ? Remote<T> : Promisify<T>;
type LocalProperty<T> = T extends FunctionOrClass | ProxyMarked ? Local<T> : Unpromisify<T>;

/** What arrives of a value: a remote of an object that is marked, a copy of any other one. */
export type ProxyOrClone<T> = T extends ProxyMarked ? Remote<T> : T;

/** The inverse of {@link ProxyOrClone}: what to pass so that the other side gets a `T`. */
export type UnproxyOrClone<T> = T extends RemoteObject<ProxyMarked> ? Local<T> : T;

/** The properties of a remote: methods are remotes, other properties are promises. */
export type RemoteObject<T> = { [P in keyof T]: RemoteProperty<T[P]> };

/** The inverse of {@link RemoteObject}. */
export type LocalObject<T> = { [P in keyof T]: LocalProperty<T[P]> };

/** Options of the calls of one remote. */
export interface CallOptions {
  /** When it aborts, the call rejects with `Aborted`. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until the call rejects with `Timeout`; default none. */
  timeout?: number | undefined;
}

/** What every remote has. */
export interface ProxyMethods {
  /** Returns a port, which any thread may `wrap()`, for one more remote of the same object. */
  [createEndpoint]: () => Promise<MessagePort>;
  /** Releases the remote. Its pending calls still settle; it throws `Detached` afterwards. */
  [releaseProxy]: () => void;
}

/** What this package adds to every remote. */
export interface WithOptions<T> {
  /**
   * Returns a remote of the same object, whose calls have these options. It hides a method of the
   * object itself that has this name.
   *
   * @example
   * await remote.with({ timeout: 500 }).add(2);
   */
  with(options: CallOptions): Remote<T>;
}

type RemoteFunction<T> = T extends (...args: infer A) => infer R
  ? (...args: { [I in keyof A]: UnproxyOrClone<A[I]> }) => Promisify<ProxyOrClone<Unpromisify<R>>>
  : unknown;

type RemoteConstructor<T> = T extends new (...args: infer A) => infer I
  ? new (...args: { [N in keyof A]: UnproxyOrClone<A[N]> }) => Promisify<Remote<I>>
  : unknown;

/** An object, function or class of another thread, as `wrap()` returns it. */
export type Remote<T> = RemoteObject<T> &
  RemoteFunction<T> &
  RemoteConstructor<T> &
  ProxyMethods &
  WithOptions<T>;

type LocalFunction<T> = T extends (...args: infer A) => infer R
  ? (
      ...args: { [I in keyof A]: ProxyOrClone<A[I]> }
    ) => MaybePromise<UnproxyOrClone<Unpromisify<R>>>
  : unknown;

type LocalConstructor<T> = T extends new (...args: infer A) => infer I
  ? new (...args: { [N in keyof A]: ProxyOrClone<A[N]> }) => MaybePromise<Local<Unpromisify<I>>>
  : unknown;

/** The inverse of {@link Remote}: what to pass so that the other side gets a `Remote<T>`. */
export type Local<T> = Omit<LocalObject<T>, keyof ProxyMethods | 'with'> &
  LocalFunction<T> &
  LocalConstructor<T>;

type MessageListener = ((event: never) => void) | { handleEvent(event: never): void };

/** The least an event target of messages must do. */
export interface EventSource {
  addEventListener(type: string, listener: MessageListener, options?: object): void;
  removeEventListener(type: string, listener: MessageListener, options?: object): void;
}

/** The least a Window must do for `windowEndpoint()`. */
export interface PostMessageWithOrigin {
  postMessage(message: unknown, targetOrigin: string, transfer?: never): void;
}

/**
 * An object that posts messages and emits them. Besides these, `wrap()` and `expose()` take all
 * that `connect()` and `listen()` take, such as the Workers of Node.
 */
export interface Endpoint extends EventSource {
  postMessage(message: unknown, transfer?: never): void;
  start?: () => void;
}
