/** What a script serves, as a type that the thread that starts it can name. */
import type { HandlerOrFactory } from './handler.js';

declare const SERVED: unique symbol;

/** What takes an `init`. */
interface Initialized<I> {
  /** Exists only as a type. */
  readonly [SERVED]?: { init(init: I): void };
}

/** What `serveWorker()` returns. It fulfils when the actor has ended. */
export interface Served<I, P, S, R, E, T> extends Promise<void> {
  /** Exists only as a type. */
  readonly [SERVED]?: { init(init: I): void; handler: HandlerOrFactory<P, S, R, E, T> };
}

export type Made<P, S, R, E, T> =
  HandlerOrFactory<P, S, R, E, T> | Promise<HandlerOrFactory<P, S, R, E, T>>;

/** What a module, a result of `serveWorker()` or a factory of handlers serves. */
export type ServedBy<W> = W extends { readonly default: infer D }
  ? ServedBy<D>
  : W extends (init: infer I extends never) => Made<infer P, infer S, infer R, infer E, infer T>
    ? Served<I, P, S, R, E, T>
    : W extends Served<never, unknown, unknown, unknown, unknown, unknown>
      ? W
      : never;

/** The type of `init`; unknown if the factory has no parameter. */
export type InitOf<W> =
  ServedBy<W> extends Initialized<infer I> ? ([I] extends [never] ? unknown : I) : never;
