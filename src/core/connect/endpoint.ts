/**
 * What connect() and listen() ask of the thing that the user holds in his hand: a Worker, a port, a
 * window. It may carry his own messages as well, which are never touched.
 */
import { UmpError } from '../errors.js';
import type { Transport } from '../transport/transport.js';
import { parseHandshake } from '../protocol/validate.js';
import type { Frame, HandshakeMessage } from '../protocol/frames.js';

export interface HandshakeListener {
  /** `answer` goes to whoever sent it, where there are several. */
  onHandshake(handshake: HandshakeMessage, answer: (handshake: HandshakeMessage) => void): void;
  /** The agent at the other end is gone, or never came to life. */
  onDeath(why: UmpError): void;
  /** After that: has the user learnt of it? */
  isReported?(): boolean;
}

export interface Endpoint {
  /**
   * Where a server listens; undefined: the endpoint itself is the place. No two of one name are in
   * one place.
   */
  readonly place?: object;
  /** A server that listens here does not end with its last client. */
  readonly staysOpen?: boolean;
  /**
   * Others may listen to the same callers: once this one has ended it is not for him to turn them
   * away.
   */
  readonly sharesCallers?: boolean;
  /** What is sent before somebody listens is lost, and nobody announces himself: knock again. */
  readonly repeatsKnock?: boolean;
  /**
   * A connection by itself does not keep this agent from exiting, nor does the thread it leads to.
   */
  unrefThread?(): void;
  /**
   * A line to there was lost without a goodbye: `dead` may be about to say why. `tell` is called
   * soon if it does not.
   */
  reportExitReason?(tell: () => void): void;
  /** Where a line over the endpoint's own channel beats one over a port: our end of a new one. */
  createPending?(): PendingTransport;
  /**
   * Our end of the one that the other side dialled; undefined if a line has that number already.
   */
  acceptNumber?(id: number): Transport | undefined;
  send(handshake: HandshakeMessage, transfer?: readonly object[]): void;
  /** Does not keep this agent from exiting. Returns how to stop. */
  listen(listener: HandshakeListener): () => void;
}

/** A line that waits for somebody to listen at its other end; what is sent on it waits as well. */
export interface PendingTransport {
  readonly transport: Transport;
  /** Not opened and not abandoned. */
  readonly isPending: boolean;
  /**
   * `notSent` gets what cannot be sent any more, as a port in it has died meanwhile. `life`: of the
   * agent that listens there, where there are such.
   */
  open(name: string, notSent: (frame: Frame, cause: unknown) => void, life?: string): void;
  /** It will never be opened: gives up whatever was sent. */
  abort(giveUp: (frame: unknown) => void): void;
}

/**
 * What all endpoints have in common: who listens, and what becomes of them when the other side
 * dies.
 */
export abstract class EndpointBase implements Endpoint {
  readonly #target: { postMessage: (message: unknown, transfer: never) => void };
  readonly #listeners = new Set<HandshakeListener>();
  #attached = false;
  #death: UmpError | undefined = undefined;

  constructor(target: { postMessage: (message: unknown, transfer: never) => void }) {
    this.#target = target;
  }

  /** The first listener is here: the target must be listened to. */
  protected abstract attach(): void;

  /**
   * The last listener has left: the target keeps no listener but those that a later `attach()`
   * cannot do without.
   */
  protected abstract detach(): void;

  /**
   * Is the target needed for something else than listeners? When that ends, `letGo()` is called.
   */
  protected isBusy(): boolean {
    return false;
  }

  /** Leaves the target alone, if nothing here needs it any more. */
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

  /** Whatever came in; true if it was a signal of ours. */
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

  /** For what an endpoint itself can learn from any signal. */
  protected observe(_signal: HandshakeMessage): void {
    // Most learn nothing.
  }

  /**
   * Returns what gives the error that was told, if the user has not learnt of it by the time of
   * asking.
   */
  protected peerDied(message: string, options?: { cause: unknown }): () => UmpError | undefined {
    const death = (this.#death ??= new UmpError('ServerDisappeared', message, options));
    const told = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of told) listener.onDeath(death);
    this.detachIfUnused();
    return () => (told.some((listener) => listener.isReported?.() === true) ? undefined : death);
  }
}
