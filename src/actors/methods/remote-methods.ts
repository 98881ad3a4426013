/**
 * The methods of a remote, as types. A type parameter of a method cannot be carried through:
 * `Parameters` and `ReturnType` put its constraint in its place.
 */
import type { Result } from '../../core/internal.js';
import type { Method, NestedName, RemoteName } from './method-types.js';
import type { KindOf, Replied, ResultOf, Returned, Yielded } from './results.js';
import type { Arguments } from './sendable.js';

/** Key `K` of an object, if it may be called by this name at this level. */
type Key<K, Level> = Level extends 'top' ? RemoteName<K> : NestedName<K>;

type Level = 'top' | 'nested';

export type PostMethods<P, L extends Level = 'top'> = {
  readonly [
    K in keyof P as KindOf<NonNullable<P[K]>> extends never ? never : Key<K, L>
  ]-?: NonNullable<P[K]> extends infer F
    ? F extends Method
      ? (...args: Arguments<Parameters<F>>) => void
      : PostMethods<F, 'nested'>
    : never;
};

export type RequestMethods<R, L extends Level = 'top'> = {
  readonly [
    K in keyof R as KindOf<NonNullable<R[K]>> extends 'stream' ? never : Key<K, L>
  ]-?: NonNullable<R[K]> extends infer F
    ? F extends Method
      ? (...args: Arguments<Parameters<F>>) => Promise<Replied<ResultOf<F>>>
      : RequestMethods<F, 'nested'>
    : never;
};

/** The same methods, whose promises fulfil with the outcome. */
export type TryMethods<R, L extends Level = 'top'> = {
  readonly [
    K in keyof R as KindOf<NonNullable<R[K]>> extends 'stream' ? never : Key<K, L>
  ]-?: NonNullable<R[K]> extends infer F
    ? F extends Method
      ? (...args: Arguments<Parameters<F>>) => Promise<Result<Replied<ResultOf<F>>, unknown>>
      : TryMethods<F, 'nested'>
    : never;
};

export type StreamMethods<R, L extends Level = 'top'> = {
  readonly [
    K in keyof R as KindOf<NonNullable<R[K]>> extends 'request' ? never : Key<K, L>
  ]-?: NonNullable<R[K]> extends infer F
    ? F extends Method
      ? (
          ...args: Arguments<Parameters<F>>
        ) => AsyncGenerator<Yielded<ResultOf<F>>, Returned<ResultOf<F>>>
      : StreamMethods<F, 'nested'>
    : never;
};
