/** Values that travel by reference, as types: the same at both ends. */
import type { ReqOptions, UmpError } from '../../core/internal.js';
import type { Remote } from './remote.js';
import type { Replied } from './results.js';
import type { IsCallback } from './sendable.js';

/** What all handles of references have. */
interface Ends extends Disposable {
  /** Fulfils with the reason when it can no longer be called from here. Never rejects. */
  readonly closed: Promise<UmpError>;
  /**
   * Lets go of it: later calls from here reject with `Detached`. What is pending still settles.
   * Where it was made, this ends it for all its recipients; the calls that have not begun, and all
   * later ones, reject with `ServerDisappeared`.
   */
  close(): void;
  [Symbol.dispose](): void;
}

/** The reply to a call; that of a function without a result may be anything. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a function without `return`
type Answer<R> = [R] extends [void] ? unknown : Replied<R>;

type Calling<A extends unknown[], R> = (...args: A) => Promise<Answer<R>>;

/**
 * A function that can be called from another thread. {@link callback} makes one; the parameter of a
 * method of an actor, or its result, is declared as one.
 *
 * @typeParam A The list of its parameters.
 * @typeParam R Its result.
 */
export interface Callback<A extends unknown[] = [], R = void> extends IsCallback, Ends {
  /**
   * Calls the function, in the order of the calls. Rejects as a method of `remote().req` does: with
   * `HandlerFailed` if the function threw, with `ServerDisappeared` once its thread is gone.
   */
  (...args: A): Promise<Answer<R>>;
  /** The same function, called with these options. */
  with(options: ReqOptions): Calling<A, R>;
}

/**
 * An object whose methods can be called from another thread: a `Remote` of it, as `remote()`
 * returns. {@link remoteObject} makes one; the parameter of a method of an actor, or its result, is
 * declared as one.
 */
export interface RemoteObject<T> extends Remote<T>, Ends {}
