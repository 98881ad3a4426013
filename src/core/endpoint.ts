/**
 * What connect() and listen() ask of the thing that the user holds in his hand: a Worker, a port, a
 * window. It may carry his own messages as well, which are never touched.
 */
import { UmpError } from './errors.js';
import type { Link } from './link.js';
import { asSignal } from './judge.js';
import type { Signal } from './wire.js';

export interface EndpointListener {
  /** `answer` goes to whoever sent it, where there are several. */
  signal(signal: Signal, answer: (signal: Signal) => void): void;
  /** The agent at the other end is gone, or never came to life. */
  dead(why: UmpError): void;
  /** After that: has the user learnt of it? */
  heard?(): boolean;
}

export interface Endpoint {
  /** Where a server listens; undefined: the endpoint itself is the place. No two of one name are in one place. */
  readonly place?: object;
  /** A server that listens here does not end with its last client. */
  readonly staysOpen?: boolean;
  /** Others may listen to the same callers: once this one has ended it is not for him to turn them away. */
  readonly sharesCallers?: boolean;
  /** What is sent before somebody listens is lost, and nobody announces himself: knock again. */
  readonly knocksAgain?: boolean;
  /** A connection by itself does not keep this agent from exiting, nor does the thread it leads to. */
  release?(): void;
  /**
   * A line to there was lost without a goodbye: `dead` may be about to say why. `tell` is called soon if
   * it does not.
   */
  explain?(tell: () => void): void;
  /** Where a line over the endpoint's own channel beats one over a port: our end of a new one. */
  dial?(): Dial;
  /** Our end of the one that the other side dialled. */
  answer?(id: number): Link;
  send(signal: Signal, transfer?: readonly object[]): void;
  /** Does not keep this agent from exiting. Returns how to stop. */
  listen(listener: EndpointListener): () => void;
}

/** A line that waits for somebody to listen at its other end; what is sent on it waits as well. */
export interface Dial {
  readonly link: Link;
  /** Not opened and not abandoned. */
  readonly waits: boolean;
  open(name: string): void;
  /** It will never be opened: gives up whatever was sent. */
  abandon(giveUp: (frame: unknown) => void): void;
}

/** What all endpoints have in common: who listens, and what becomes of them when the other side dies. */
export abstract class EndpointBase implements Endpoint {
  readonly #target: { postMessage: (message: unknown, transfer: never) => void };
  readonly #listeners = new Set<EndpointListener>();
  #attached = false;
  #death: UmpError | undefined = undefined;

  constructor(target: { postMessage: (message: unknown, transfer: never) => void }) {
    this.#target = target;
  }

  /** The first listener is here. */
  protected abstract attach(): void;

  /** The last one has left. True if attach() is needed for another first one. */
  protected detach(): boolean {
    return false;
  }

  send(signal: Signal, transfer: readonly object[] = []): void {
    this.#target.postMessage(signal, transfer as never);
  }

  listen(listener: EndpointListener): () => void {
    this.#listeners.add(listener);
    if (!this.#attached) {
      this.#attached = true;
      this.attach();
    }
    const death = this.#death;
    if (death !== undefined) {
      void Promise.resolve().then(() => {
        if (this.#listeners.delete(listener)) listener.dead(death);
      });
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#attached = !this.detach();
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
    for (const listener of [...this.#listeners]) listener.signal(signal, answer);
    return true;
  }

  /** Returns the error that was told, and whether the user has learnt of it by the time of asking. */
  protected died(message: string, options?: { cause: unknown }): () => UmpError | undefined {
    const death = (this.#death ??= new UmpError('ServerDisappeared', message, options));
    const told = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of told) listener.dead(death);
    return () => (told.some((listener) => listener.heard?.() === true) ? undefined : death);
  }
}
