import { type ReplyContext, type Sender, UmpError, type WeakClient } from '../../core/internal.js';

/** Thrown for a message that the actor cannot handle: the caller gets this error itself. */
export class CallRefused extends UmpError {}

/** Thrown for a message that the actor has no method for. */
export class MethodNotFound extends CallRefused {
  constructor(message: string) {
    super('MethodNotFound', message);
  }
}

/** The value that a handler returns to end its actor; {@link stop} creates it. */
export class Stop<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }
}

/**
 * Ends the actor when a handler returns the result; `done` then fulfils with `value`.
 *
 * ```ts
 * post: (line) => (line === 'quit' ? stop(lines.length) : undefined),
 * ```
 */
export function stop(): Stop<undefined>;
export function stop<T>(value: T): Stop<T>;
export function stop(value?: unknown): Stop<unknown> {
  return new Stop(value);
}

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a method without `return`
type Maybe<T> = T | undefined | void;

/** The result of a handler: nothing to go on, or `stop(value)` to end the actor. */
export type Flow<T> = Maybe<Stop<T>> | Promise<Maybe<Stop<T>>>;

/**
 * The behaviour of an actor. Every method may be asynchronous; unless `concurrency` allows more,
 * the next message waits until the method has settled.
 *
 * `T` is the type of the value that the actor may stop with.
 */
export interface Handler<P = unknown, S = unknown, R = unknown, E = never, T = unknown> {
  /** Runs before the first message. If it throws, the actor ends and `done` rejects. */
  init?(self: WeakClient<P, S, R, E>): unknown;
  /**
   * Handles a post; `from` is the client that sent it. Without this method, a post counts as an
   * error: see `onError`.
   */
  post?(msg: P, from: Sender): Flow<T>;
  /**
   * Handles a request; `rctx` answers it, now or later, and `from` is the client that sent it.
   * Without this method, requests reject with `MethodNotFound`.
   */
  req?(msg: S, rctx: ReplyContext<R, E>, from: Sender): Flow<T>;
  /**
   * Runs after the last message, for whatever reason the actor ends. A result other than undefined
   * replaces the value that the actor stopped with.
   */
  term?(stopped: T | undefined): Maybe<T> | Promise<Maybe<T>>;
}

/** Creates the handler of an actor. It may already use `self`, a client of that actor. */
export type Factory<P = unknown, S = unknown, R = unknown, E = never, T = unknown> = (
  self: WeakClient<P, S, R, E>,
) => Handler<P, S, R, E, T> | Promise<Handler<P, S, R, E, T>>;

declare const CHECKS: unique symbol;

/**
 * A factory whose handlers check each message themselves, as those of `actor()` do: it can serve a
 * server whose messages have any type.
 */
export interface CheckingFactory<P, S, T> extends Factory<P, S, unknown, unknown, T> {
  /** Exists only as a type. */
  readonly [CHECKS]: true;
}

/** A handler, or a function that creates one. */
export type HandlerOrFactory<P, S, R, E, T> = Handler<P, S, R, E, T> | Factory<P, S, R, E, T>;

export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | undefined | null)?.then === 'function';
