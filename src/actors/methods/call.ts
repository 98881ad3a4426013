/** Messages that call a method of an actor. */
import type { PortLike } from '../../core/internal.js';
import { MethodNotFound } from '../handlers/handler.js';
import type { Group, Method, RemoteName } from './method-types.js';

declare const METHODS: unique symbol;

/** The methods that a message may call. Exists only as a type; `remote()` reads it. */
export interface CallsOf<M> {
  readonly [METHODS]?: M;
}

/** What the sink of a call receives: the items of a stream, or the progress of the method. */
export type Mode = 'stream' | 'progress';

/**
 * A message that calls one of the methods `M`; `images.resize` is the name of a method of a nested
 * object. `sink` is the port of a PostClient that receives the items of a stream or the progress of
 * the method.
 */
export type Call<M> = {
  [K in RemoteName<keyof M>]-?: M[K] extends infer F
    ? F extends Method
      ? [name: K, args: Parameters<F>, sink?: PortLike, mode?: Mode]
      : F extends Group
        ? [name: `${K}.${string}`, args: unknown[], sink?: PortLike, mode?: Mode]
        : never
    : never;
}[RemoteName<keyof M>] &
  CallsOf<M>;

/** A call as an actor receives it. */
export interface AnyCall {
  readonly name: string;
  readonly args: never[];
  readonly port: PortLike | undefined;
  /** A caller with an older build of this package sends none with a stream. */
  readonly mode: unknown;
}

/** Throws MethodNotFound if the message is not a call. */
export function callOf(msg: unknown): AnyCall {
  const [name, args, port, mode] = (Array.isArray(msg) ? msg : []) as unknown[];
  if (typeof name !== 'string' || !Array.isArray(args)) {
    throw new MethodNotFound('this actor takes calls of its methods: use remote()');
  }
  return { name, args: args as never[], port: port as PortLike | undefined, mode };
}
