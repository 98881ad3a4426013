import { Deferred } from '../support/deferred.js';

/** The client that sent a message. The messages of one client have the same object. */
export interface Sender {
  /** A number that no other client of this server has had in this thread. */
  readonly client: number;
  /**
   * The origin of the page that connected through a Window, as the browser reported it; undefined
   * for any other client, also for a clone.
   */
  readonly origin?: string | undefined;
  /**
   * Fulfils when the client has ended: it was closed, given to another thread (where it continues
   * as another client), collected, or its thread has died. Also when the server ends or migrates.
   * Never rejects.
   */
  readonly closed: Promise<void>;
}

/** The sender of the messages of one connection. It keeps nothing of the connection alive. */
export class ConnectionSender implements Sender {
  readonly client: number;
  readonly origin: string | undefined;
  /** Created only if an application asks for it. */
  #closed: Deferred<void> | undefined;
  #isClosed = false;

  constructor(client: number, origin: string | undefined) {
    this.client = client;
    this.origin = origin;
  }

  /** Keeps Vue from putting a Proxy around it, as for handles: see IS_HANDLE. */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }

  get closed(): Promise<void> {
    this.#closed ??= new Deferred();
    if (this.#isClosed) this.#closed.resolve();
    return this.#closed.promise;
  }

  end(): void {
    this.#isClosed = true;
    this.#closed?.resolve();
  }
}
