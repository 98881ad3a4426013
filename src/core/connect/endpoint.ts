/**
 * What connect() and listen() need from a Worker, a MessagePort or a Window. The object may also
 * carry the application's own messages, which are left alone.
 */
import { UmpError } from '../errors.js';
import type { Transport } from '../transport/transport.js';
import { parseHandshake } from '../protocol/validate.js';
import type { Frame, HandshakeMessage } from '../protocol/frames.js';

export interface HandshakeListener {
  /** `answer` sends to the peer that this message came from, where there are several. */
  onHandshake(handshake: HandshakeMessage, answer: (handshake: HandshakeMessage) => void): void;
  /** The agent at the other end has died, or could not be started. */
  onDeath(why: UmpError): void;
  /** Whether the user knows of that death by now, because a call failed or `closed` was read. */
  isReported?(): boolean;
}

export interface Endpoint {
  /**
   * Identifies the place where a server listens, within which its name must be unique; undefined:
   * the endpoint itself is the place.
   */
  readonly place?: object;
  /** A server that listens here does not end with its last client. */
  readonly staysOpen?: boolean;
  /** Other servers may listen on the same target, so an ended one must not answer CLOSED. */
  readonly sharesCallers?: boolean;
  /**
   * Messages that are sent before the peer listens are lost, and the peer does not announce itself:
   * KNOCK must be repeated.
   */
  readonly repeatsKnock?: boolean;
  /** From now on neither a connection nor the thread that it leads to keeps this agent running. */
  unrefThread?(): void;
  /**
   * A connection was lost without BYE. `onDeath` may be about to report why; `done` is called after
   * that, or soon if there is nothing to report.
   */
  reportExitReason?(done: () => void): void;
  /** Where the endpoint's own channel is faster than a port: opens a transport over it. */
  createPending?(): PendingTransport;
  /**
   * Accepts the transport with this number, which the peer has opened; undefined if the number is
   * already in use.
   */
  acceptNumber?(id: number): Transport | undefined;
  send(handshake: HandshakeMessage, transfer?: readonly object[]): void;
  /** Listening does not keep this agent from exiting. Returns a function that stops it. */
  listen(listener: HandshakeListener): () => void;
}

/** A transport to a peer that may not listen yet: frames wait until it is opened. */
export interface PendingTransport {
  readonly transport: Transport;
  /**
   * Sends OPEN, and then the frames that wait. `notSent` is called with each frame that can no
   * longer be sent because a port in it was closed meanwhile.
   * @param agentId The id of the agent that listens, where the platform has such ids.
   */
  open(name: string, notSent: (frame: Frame, cause: unknown) => void, agentId?: string): void;
  /** Calls `discard` with each frame that waits, unless the transport was opened. */
  abort(discard: (frame: unknown) => void): void;
}

/** What all endpoints have in common: a set of listeners, and the report of the peer's death. */
export abstract class EndpointBase implements Endpoint {
  readonly #target: { postMessage: (message: unknown, transfer: never) => void };
  readonly #listeners = new Set<HandshakeListener>();
  #attached = false;
  #death: UmpError | undefined = undefined;

  constructor(target: { postMessage: (message: unknown, transfer: never) => void }) {
    this.#target = target;
  }

  /** Called for the first listener: adds listeners to the target. */
  protected abstract attach(): void;

  /**
   * Called after the last listener has left: removes the listeners from the target, except those
   * that a later `attach()` depends on.
   */
  protected abstract detach(): void;

  /**
   * Whether the target is needed for something else than listeners. When that ends, the subclass
   * calls `detachIfUnused()`.
   */
  protected isBusy(): boolean {
    return false;
  }

  protected detachIfUnused(): void {
    if (!this.#attached || this.#listeners.size > 0 || this.isBusy()) return;
    this.#attached = false;
    this.detach();
  }

  send(handshake: HandshakeMessage, transfer: readonly object[] = []): void {
    this.#target.postMessage(handshake, transfer as never);
  }

  listen(listener: HandshakeListener): () => void {
    if (!this.#attached && this.#death === undefined) {
      this.#attached = true;
      this.attach();
    }
    this.#listeners.add(listener);
    const death = this.#death;
    if (death !== undefined) {
      void Promise.resolve().then(() => {
        if (this.#listeners.delete(listener)) listener.onDeath(death);
      });
    }
    return () => {
      this.#listeners.delete(listener);
      this.detachIfUnused();
    };
  }

  /** Handles any message of the target; returns whether it was a handshake message. */
  protected receive(
    data: unknown,
    answer = (handshake: HandshakeMessage): void => {
      this.send(handshake);
    },
  ): boolean {
    const handshake = parseHandshake(data);
    if (handshake === undefined) return false;
    this.observe(handshake);
    for (const listener of [...this.#listeners]) listener.onHandshake(handshake, answer);
    return true;
  }

  /** Called with each handshake message, for endpoints that learn something from it. */
  protected observe(_handshake: HandshakeMessage): void {
    // Most endpoints need nothing of it.
  }

  /**
   * Reports the peer's death to all listeners. Returns a getter of the error, which is undefined
   * once a listener has reported it to the user.
   */
  protected peerDied(message: string, options?: { cause: unknown }): () => UmpError | undefined {
    const death = (this.#death ??= new UmpError('ServerDisappeared', message, options));
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener.onDeath(death);
    this.detachIfUnused();
    const isReported = (): boolean => listeners.some((each) => each.isReported?.() === true);
    return () => (isReported() ? undefined : death);
  }
}
