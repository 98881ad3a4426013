/** Messages that call a method of an actor. */
import { isList, isPortLike, type PortLike, PostClient } from '../../core/internal.js';
import { MethodNotFound } from '../handlers/handler.js';
import { closeReferences, isReferenceList } from '../references/place-references.js';
import type { WireReference } from '../references/reference.js';
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
 *
 * A call with progress, or with references in its arguments, begins with `[name]` instead, so that
 * an actor with the first build, which would ignore these, refuses it before it runs the method.
 */
export type Call<M> = {
  [K in RemoteName<keyof M>]-?: M[K] extends infer F
    ? F extends Method
      ? [name: K, args: Parameters<F>, ...Rest]
      : F extends Group
        ? [name: `${K}.${string}`, args: unknown[], ...Rest]
        : never
    : never;
}[RemoteName<keyof M>] &
  CallsOf<M>;

type Rest = [sink?: PortLike, mode?: Mode, references?: unknown];

/** A call as an actor receives it. */
export interface AnyCall {
  readonly name: string;
  readonly args: unknown[];
  readonly port: PortLike | undefined;
  /** A caller with an older build of this package sends none with a stream. */
  readonly mode: unknown;
  /** The references that belong into the arguments. */
  readonly references: readonly WireReference[] | undefined;
}

/** Throws MethodNotFound if the message is not a call. */
export function callOf(msg: unknown): AnyCall {
  const [head, args, port, mode, references] = (Array.isArray(msg) ? msg : []) as unknown[];
  const name: unknown = Array.isArray(head) ? head[0] : head;
  const isCall = references === undefined || isReferenceList(references);
  if (typeof name !== 'string' || !isList(args) || !isCall) throw new MethodNotFound(NO_CALL);
  return { name, args, port: port as PortLike | undefined, mode, references };
}

/** What an actor says of a message that is no call; the first build says it, too. */
export const NO_CALL = 'this actor takes calls of its methods: use remote()';

/** Closes the ports of a call that nothing will carry out. */
export function closePortsOf({ port, references }: AnyCall): void {
  closeReferences(references);
  // A peer may have sent anything in the place of the sink.
  if (port !== undefined && isPortLike(port)) PostClient.from(port).close();
}
