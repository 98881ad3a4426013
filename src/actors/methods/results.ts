/** What calls of methods result in, as types. */
import type { Stop } from '../handlers/handler.js';
import type { Group, IsAny, Method } from './method-types.js';
import type { Sendable } from './sendable.js';
import type { Transferred } from './transferred.js';

/** The result of a method, awaited. */
export type ResultOf<F> = F extends Method ? Awaited<ReturnType<F>> : never;

// An IterableIterator has more type parameters from TypeScript 5.6 on.
type Item<V> =
  V extends AsyncIterable<infer I>
    ? I
    : V extends Iterator<infer I, unknown, never> & Iterable<unknown>
      ? I
      : never;

type Sent<V> = V extends Stop<unknown> ? never : V extends Transferred<infer T> ? T : V;

/**
 * The reply to a request: without the `stop()`, and what is transferred as itself. That of a method
 * which returns a function says that this cannot be sent.
 */
export type Replied<V> =
  IsAny<V> extends true ? V : [Sent<V>] extends [never] ? undefined : Sendable<Sent<V>>;

/** The type of the items of a stream. */
export type Yielded<V> = IsAny<V> extends true ? V : Sendable<Sent<Item<V>>>;

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a generator without `return`
type Void = void;

/** The results of `next()`; what is no iterator has none. */
type Next<V> = V extends { next(...args: [] | [never]): infer N } ? Awaited<N> : never;
type ValueAtEnd<N> = N extends { done: true; value: infer E } ? E : never;

/** What a generator returns; `void` and what is not known are `undefined`. */
type EndOf<V> = V extends AsyncIterable<unknown> | Iterable<unknown>
  ? [ValueAtEnd<Next<V>>] extends [Void]
    ? undefined
    : ValueAtEnd<Next<V>>
  : V extends null
    ? null
    : undefined;

/** What arrives as the value at the end of a stream. */
export type Returned<V> = IsAny<V> extends true ? V : Replied<EndOf<V>>;

/** What a property is: a method that replies once, or with a stream, or may do both, or a group. */
export type KindOf<F> = F extends Method
  ? IsAny<Awaited<ReturnType<F>>> extends true
    ? 'any'
    : [Item<Awaited<ReturnType<F>>>] extends [never]
      ? 'request'
      : 'stream'
  : F extends Group
    ? 'group'
    : never;

type StopValue<O> = IsAny<O> extends true ? never : O extends Stop<infer T> ? T : never;
type StopsOf<F> = F extends Method ? StopValue<ResultOf<F>> | StopValue<EndOf<ResultOf<F>>> : never;
type StopsIn<M> = { [K in keyof M]-?: StopsOf<M[K]> }[keyof M];

/** The values that methods stop with; of nested objects, those of the first level. */
export type Stopped<M> =
  StopsIn<M> | { [K in keyof M]-?: M[K] extends Group ? StopsIn<M[K]> : never }[keyof M];
