/**
 * What connect() and listen() need from a Worker, a MessagePort or a Window. The object may also
 * carry the application's own messages, which are left alone.
 */
import { UmpError } from '../errors.js';
import type { Transport } from '../transport/transport.js';
import { parseHandshake } from '../protocol/validate.js';
import type { Frame, HandshakeMessage } from '../protocol/frames.js';

export interface HandshakeListener {
  /** It gets only handshakes about servers of these names. */
  readonly names: readonly string[];
  /**
   * @param answer Sends to the peer that this message came from, where there are several.
   * @param origin The origin of that peer, if it is a Window.
   */
  onHandshake(
    handshake: HandshakeMessage,
    answer: (handshake: HandshakeMessage) => void,
    origin?: string,
  ): void;
  /** The agent at the other end has died, or could not be started. */
  onDeath(why: UmpError): void;
  /**
   * Whether the application knows of that death by now, because a call failed or `closed` was read.
   */
  isReported?(): boolean;
}

export interface EndpointAdapter {
  /** The Window that this endpoint leads to: other endpoints may lead to the same one. */
  readonly window?: object;
  /** A server that listens here does not end with its last client. */
  readonly staysOpen?: boolean;
  /** Other servers may listen to the same window, so an ended one must not answer CLOSED. */
  readonly sharesCallers?: boolean;
  /**
   * Messages that are sent before the peer listens are lost, and the peer does not announce itself:
   * KNOCK must be repeated.
   */
  readonly repeatsKnock?: boolean;
  /**
   * False while a message with a port would be dropped: the window shows another page than the one
   * that sent the last message.
   */
  readonly isReachable?: boolean;
  /** From now on neither a connection nor the thread that it leads to keeps this agent running. */
  unrefThread?(): void;
  /**
   * Called when a connection was lost without BYE. Calls `done` after `onDeath` has reported the
   * reason, or soon if there is none.
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

/** Within this object the name of a server must be unique. */
export const nameScopeOf = (endpoint: EndpointAdapter): object => endpoint.window ?? endpoint;

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

/** The death of the peer, and the listeners that got the report of it. */
export interface Death {
  readonly error: UmpError;
  readonly listeners: ReadonlySet<HandshakeListener>;
}

interface MessageTarget {
  postMessage: (message: unknown, transfer: never) => void;
}

/** What all endpoints have in common: a set of listeners, and the report of the peer's death. */
export abstract class EndpointBase implements EndpointAdapter {
  readonly #endpoint: MessageTarget | undefined;
  /** By name: a handshake costs the same, however many servers and clients use this endpoint. */
  readonly #listeners = new Map<string, Set<HandshakeListener>>();
  #detach: (() => void) | undefined;
  #death: UmpError | undefined;

  /** Without an argument, the endpoint only answers messages, or overrides send(). */
  constructor(endpoint?: MessageTarget) {
    this.#endpoint = endpoint;
  }

  /**
   * Called for the first listener: adds listeners to the endpoint. Returns a function that removes
   * them after the last listener has left; undefined: they stay, and attach() may be called again.
   */
  protected abstract attach(): (() => void) | undefined;

  /**
   * Whether the endpoint is needed for anything other than listeners. When that ends, the subclass
   * calls `detachIfUnused()`.
   */
  protected isBusy(): boolean {
    return false;
  }

  protected detachIfUnused(): void {
    if (this.#listeners.size > 0 || this.isBusy()) return;
    this.#detach?.();
    this.#detach = undefined;
  }

  send(handshake: HandshakeMessage, transfer: readonly object[] = []): void {
    this.#endpoint?.postMessage(handshake, transfer as never);
  }

  listen(listener: HandshakeListener): () => void {
    if (this.#death === undefined) this.#detach ??= this.attach();
    for (const name of listener.names) {
      const listeners = this.#listeners.get(name) ?? new Set();
      this.#listeners.set(name, listeners.add(listener));
    }
    const death = this.#death;
    if (death !== undefined) {
      void Promise.resolve().then(() => {
        if (this.#remove(listener)) listener.onDeath(death);
      });
    }
    return () => {
      this.#remove(listener);
      this.detachIfUnused();
    };
  }

  /** Returns false if it was removed before. */
  #remove(listener: HandshakeListener): boolean {
    let removed = false;
    for (const name of listener.names) {
      const listeners = this.#listeners.get(name);
      removed = listeners?.delete(listener) === true || removed;
      if (listeners?.size === 0) this.#listeners.delete(name);
    }
    return removed;
  }

  /** Handles any message of the endpoint; returns whether it was a handshake message. */
  protected receive(
    data: unknown,
    answer = (handshake: HandshakeMessage): void => {
      this.send(handshake);
    },
    origin?: string,
  ): boolean {
    const handshake = parseHandshake(data);
    if (handshake === undefined) return false;
    this.observe(handshake);
    const listeners = this.#listeners.get(handshake[3]) ?? [];
    for (const listener of [...listeners]) listener.onHandshake(handshake, answer, origin);
    return true;
  }

  /** Called with each handshake message, for endpoints that learn something from it. */
  protected observe(_handshake: HandshakeMessage): void {
    // Most endpoints need nothing of it.
  }

  /** Reports the death of the peer to all listeners, and returns it with them. */
  protected peerDied(message: string, options?: { cause: unknown }): Death {
    const error = (this.#death ??= new UmpError('ServerDisappeared', message, options));
    const listeners = new Set([...this.#listeners.values()].flatMap((each) => [...each]));
    this.#listeners.clear();
    for (const listener of listeners) listener.onDeath(error);
    this.detachIfUnused();
    return { error, listeners };
  }
}
