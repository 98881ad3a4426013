/**
 * Which arguments and results the compiler refuses, because they cannot be sent. In its error for a
 * function, TypeScript names a property that is missing only if the expected type can be called,
 * too; and it speaks of the result instead if that does not fit.
 */
import type { ReqOptions } from '../../core/internal.js';
import type { Method } from './method-types.js';

/** Marks the type of callbacks. */
export interface IsCallback {
  /** Exists only as a type; its name appears in the compiler's error. */
  readonly 'a function cannot be sent: pass callback(fn)': true;
}

/** A callback as an argument. */
interface PassedCallback<C extends Method> extends IsCallback {
  (...args: Parameters<C>): unknown;
  with(options: ReqOptions): C;
}

/** Has no values: the name of its property appears in the compiler's error. */
interface FunctionCannotBeSent {
  readonly 'a function cannot be sent: declare a Callback, and pass callback(fn)': never;
}

/** The same for an argument. */
interface UnsendableFunction<F> extends FunctionCannotBeSent {
  (...args: F extends Method ? Parameters<F> : never): unknown;
}

type AnyFunction = ((...args: never) => unknown) | (abstract new (...args: never) => unknown);

/** The type itself, unless it is that of a function which does not travel. */
export type Sendable<T> = 0 extends 1 & T
  ? T
  : T extends IsCallback
    ? T
    : T extends AnyFunction
      ? FunctionCannotBeSent
      : T;

type Argument<T> = 0 extends 1 & T
  ? T
  : T extends IsCallback & { with(options: never): infer C extends Method }
    ? PassedCallback<C>
    : T extends AnyFunction
      ? UnsendableFunction<T>
      : T;

/** The arguments of a call. */
export type Arguments<A extends unknown[]> = { [K in keyof A]: Argument<A[K]> };
