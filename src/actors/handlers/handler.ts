import { type ReplyContext, UmpError, type WeakClient } from '../../core/internal.js';

/** A message that the actor has no method for: its caller gets `MethodNotFound`. */
export class Refusal extends UmpError {
  constructor(message: string) {
    super('MethodNotFound', message);
  }
}

/** What a handler returns to end its actor; made by {@link stop}. */
export class Stop<T> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }
}

/** Returned by a handler: the actor ends, and this is what its `done` fulfils with. */
export function stop(): Stop<undefined>;
export function stop<T>(value: T): Stop<T>;
export function stop(value?: unknown): Stop<unknown> {
  return new Stop(value);
}

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- what a method without `return` has
type Maybe<T> = T | undefined | void;

/** A handler goes on by returning nothing, and ends its actor by returning `stop(value)`. */
export type Flow<T> = Maybe<Stop<T>> | Promise<Maybe<Stop<T>>>;

/**
 * What an actor does with its messages. Every method may be asynchronous; unless `concurrency` says
 * otherwise the next message waits until it is done.
 *
 * `T` is the value that it may stop with.
 */
export interface Handler<P = unknown, S = unknown, R = unknown, E = never, T = unknown> {
  /** Before the first message. If it throws, the actor ends, and its `done` rejects with that. */
  init?(self: WeakClient<P, S, R, E>): unknown;
  /** A posted message. Without this method posts are refused: see `onError`. */
  post?(msg: P): Flow<T>;
  /**
   * A request, to be answered by `rctx`, now or later. Without this method callers get
   * `MethodNotFound`.
   */
  req?(msg: S, rctx: ReplyContext<R, E>): Flow<T>;
  /**
   * After the last message, however the actor ends. What it returns, unless that is undefined,
   * takes the place of the value that the actor stopped with.
   */
  term?(stopped: T | undefined): Maybe<T> | Promise<Maybe<T>>;
}

/** Makes the handler of an actor, which may already use its own client by then. */
export type Factory<P = unknown, S = unknown, R = unknown, E = never, T = unknown> = (
  self: WeakClient<P, S, R, E>,
) => Handler<P, S, R, E, T> | Promise<Handler<P, S, R, E, T>>;

/** A handler ready for use, or what makes it. */
export type Given<P, S, R, E, T> = Handler<P, S, R, E, T> | Factory<P, S, R, E, T>;

export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | undefined | null)?.then === 'function';
