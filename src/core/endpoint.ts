/**
 * What connect() and listen() ask of the thing that the user holds in his hand: a Worker, a port, a
 * window. It may carry his own messages as well, which are never touched.
 */
import type { UmpError } from './errors.js';
import type { Signal } from './wire.js';

export interface EndpointListener {
  signal(signal: Signal): void;
  /** The agent at the other end is gone, or never came to life. */
  dead(why: UmpError): void;
}

export interface Endpoint {
  /** A connection by itself does not keep this agent from exiting, nor does the thread it leads to. */
  release?(): void;
  /**
   * A line to there was lost without a goodbye: `dead` may be about to say why. `tell` is called soon if
   * it does not.
   */
  explain?(tell: () => void): void;
  send(signal: Signal, transfer?: readonly object[]): void;
  /** Does not keep this agent from exiting. Returns how to stop. */
  listen(listener: EndpointListener): () => void;
}
