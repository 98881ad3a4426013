/** How values travel that structured clone does not copy, or should not. */
import { isObjectOrFunction } from '../core/internal.js';
import { proxyMarker } from './symbols.js';

/**
 * Says how values of one kind travel. Both sides need a handler of the same name.
 *
 * @typeParam T The values.
 * @typeParam S What is sent of them.
 */
export interface TransferHandler<T, S> {
  /** Whether this handler is for the value. Called with each argument and each result. */
  canHandle(value: unknown): value is T;
  /** Returns what is sent in place of the value, and which parts of that move. */
  serialize(value: T): [S, readonly object[]];
  /** Returns the value that the receiver gets. */
  deserialize(value: S): T;
}

/**
 * Stands for an object that is passed by reference, in what a handler returns from `serialize()`:
 * `deserialize()` of the other side gets a remote of the object.
 */
export class ByReference {
  readonly value: object;

  constructor(value: object) {
    this.value = value;
  }
}

/** What was thrown, on its way to the handler `throw`. */
export class Thrown {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** The name of the handler for objects that are passed by reference. */
export const PROXY = 'proxy';

const proxyHandler: TransferHandler<unknown, unknown> = {
  canHandle: (value): value is unknown =>
    isObjectOrFunction(value) && Boolean((value as { [proxyMarker]?: unknown })[proxyMarker]),
  serialize: (value) => [new ByReference(value as object), []],
  deserialize: (remote) => remote,
};

const throwHandler: TransferHandler<unknown, unknown> = {
  canHandle: (value): value is unknown => value instanceof Thrown,
  serialize: (thrown) => [(thrown as Thrown).value, []],
  deserialize: (value) => {
    throw value;
  },
};

/**
 * The handlers, by name, in the order in which they are asked. `proxy` and `throw` are there from
 * the beginning; they may be replaced, and their methods may be used by other handlers.
 *
 * @example
 * transferHandlers.set('URL', {
 *   canHandle: (value): value is URL => value instanceof URL,
 *   serialize: (url) => [url.href, []],
 *   deserialize: (href) => new URL(href),
 * });
 */
export const transferHandlers = /* @__PURE__ */ new Map<string, TransferHandler<unknown, unknown>>([
  [PROXY, proxyHandler],
  ['throw', throwHandler],
]);

/**
 * Marks an object or a function as passed by reference: the other side gets a remote of it. Returns
 * the object.
 *
 * @example
 * await remote.subscribe(proxy((event) => show(event)));
 */
export function proxy<T extends object>(object: T): T & { [proxyMarker]: true } {
  return Object.assign(object, { [proxyMarker]: true as const });
}
