/**
 * What connect() and listen() ask of the thing that the user holds in his hand: a Worker, a port, a
 * window. It may carry his own messages as well, which are never touched.
 */
import { UmpError } from './errors.js';
import type { Link } from './link.js';
import { asSignal } from './judge.js';
import type { Frame, Signal } from './wire.js';

export interface EndpointListener {
  /** `answer` goes to whoever sent it, where there are several. */
  signal(signal: Signal, answer: (signal: Signal) => void): void;
  /** The agent at the other end is gone, or never came to life. */
  dead(why: UmpError): void;
  /** After that: has the user learnt of it? */
  heard?(): boolean;
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
  readonly knocksAgain?: boolean;
  /**
   * A connection by itself does not keep this agent from exiting, nor does the thread it leads to.
   */
  release?(): void;
  /**
   * A line to there was lost without a goodbye: `dead` may be about to say why. `tell` is called
   * soon if it does not.
   */
  explain?(tell: () => void): void;
  /** Where a line over the endpoint's own channel beats one over a port: our end of a new one. */
  dial?(): Dial;
  /**
   * Our end of the one that the other side dialled; undefined if a line has that number already.
   */
  answer?(id: number): Link | undefined;
  send(signal: Signal, transfer?: readonly object[]): void;
  /** Does not keep this agent from exiting. Returns how to stop. */
  listen(listener: EndpointListener): () => void;
}

/** A line that waits for somebody to listen at its other end; what is sent on it waits as well. */
export interface Dial {
  readonly link: Link;
  /** Not opened and not abandoned. */
  readonly waits: boolean;
  /**
   * `notSent` gets what cannot be sent any more, as a port in it has died meanwhile. `life`: of the
   * agent that listens there, where there are such.
   */
  open(name: string, notSent: (frame: Frame, cause: unknown) => void, life?: string): void;
  /** It will never be opened: gives up whatever was sent. */
  abandon(giveUp: (frame: unknown) => void): void;
}

/**
 * What all endpoints have in common: who listens, and what becomes of them when the other side
 * dies.
 */
export abstract class EndpointBase implements Endpoint {
  readonly #target: { postMessage: (message: unknown, transfer: never) => void };
  readonly #listeners = new Set<EndpointListener>();
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
  protected letGo(): void {
    if (!this.#attached || this.#listeners.size > 0 || this.isBusy()) return;
    this.#attached = false;
    this.detach();
  }

  send(signal: Signal, transfer: readonly object[] = []): void {
    this.#target.postMessage(signal, transfer as never);
  }

  listen(listener: EndpointListener): () => void {
    if (!this.#attached && this.#death === undefined) {
      this.#attached = true;
      this.attach();
    }
    this.#listeners.add(listener);
    const death = this.#death;
    if (death !== undefined) {
      void Promise.resolve().then(() => {
        if (this.#listeners.delete(listener)) listener.dead(death);
      });
    }
    return () => {
      this.#listeners.delete(listener);
      this.letGo();
    };
  }

  /** Whatever came in; true if it was a signal of ours. */
  protected receive(
    data: unknown,
    answer = (signal: Signal): void => {
      this.send(signal);
    },
  ): boolean {
    const signal = asSignal(data);
    if (signal === undefined) return false;
    this.heard(signal);
    for (const listener of [...this.#listeners]) listener.signal(signal, answer);
    return true;
  }

  /** For what an endpoint itself can learn from any signal. */
  protected heard(_signal: Signal): void {
    // Most learn nothing.
  }

  /**
   * Returns what gives the error that was told, if the user has not learnt of it by the time of
   * asking.
   */
  protected died(message: string, options?: { cause: unknown }): () => UmpError | undefined {
    const death = (this.#death ??= new UmpError('ServerDisappeared', message, options));
    const told = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of told) listener.dead(death);
    this.letGo();
    return () => (told.some((listener) => listener.heard?.() === true) ? undefined : death);
  }
}
