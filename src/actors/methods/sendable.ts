/** Which arguments and results the compiler refuses, because they cannot be sent. */

/** Marks the type of callbacks. */
export interface IsCallback {
  /** Exists only as a type; its name appears in the compiler's error. */
  readonly 'a function cannot be sent: pass callback(fn)': true;
}

/** Has no values: the name of its property appears in the compiler's error. */
export interface FunctionCannotBeSent {
  readonly 'a function cannot be sent: declare a Callback, and pass callback(fn)': never;
}

/** The type itself, unless it is that of a function which does not travel. */
export type Sendable<T> = 0 extends 1 & T
  ? T
  : T extends IsCallback
    ? T
    : T extends ((...args: never) => unknown) | (abstract new (...args: never) => unknown)
      ? FunctionCannotBeSent
      : T;

/** The arguments of a call. */
export type Arguments<A extends unknown[]> = { [K in keyof A]: Sendable<A[K]> };
