/**
 * Values that travel by reference: the receiver gets, in place of a copy, a client of a server that
 * stays with the value. The port of that client is in the message.
 */
import type { MessagePort, Path } from '../../core/internal.js';

/** What a reference is for its receiver. */
export type Kind = 'callback' | 'object' | 'stream';

/** What stands behind a value that travels by reference. */
export interface Reference {
  readonly kind: Kind;
  /**
   * Returns one more client of the server, for a receiver.
   * @throws UmpError `Detached` after close().
   */
  newPort(): MessagePort;
}

/** A global symbol, so that two copies of the package know each other's references. */
export const REFERENCE = Symbol.for('ump-ng.reference');

/** A reference in a message: its port, and the places in the value. */
export type WireReference = [kind: Kind, port: object, ...paths: Path[]];

/** Undefined unless the value travels by reference. */
export const referenceOf = (value: object): Reference | undefined =>
  (value as { [REFERENCE]?: Reference })[REFERENCE];

/** Whether it travels as a stream. A Server can be iterated as well, but does not travel itself. */
export const isAsyncIterable = (value: object): value is AsyncIterable<unknown> =>
  Symbol.asyncIterator in value && typeof (value as { handle?: unknown }).handle !== 'symbol';
