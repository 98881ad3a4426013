import type { Client } from './client.js';
import type { Session } from './session.js';
import type { UmpError } from '../errors.js';
import { IS_HANDLE, cancelFinalization, finalizeOnCollect } from '../support/finalization.js';
import { asWorkingPort } from '../transport/ports.js';
import { dispose } from '../support/platform.js';

let createWeakClient: <P, S, R, E>(
  session: Session,
  create: CreateClient<P, S, R, E>,
) => WeakClient<P, S, R, E>;

type CreateClient<P, S, R, E> = (session: Session) => Client<P, S, R, E>;

/** A client that does not count as one: the server may end while it exists. */
export class WeakClient<P = unknown, S = unknown, R = unknown, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  /** @internal */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
  readonly #session: Session;
  readonly #createClient: CreateClient<P, S, R, E>;

  private constructor(session: Session, create: CreateClient<P, S, R, E>) {
    this.#session = session;
    this.#createClient = create;
    finalizeOnCollect(this, session, session);
  }

  static {
    createWeakClient = (session, create) => new WeakClient(session, create);
  }

  /**
   * Fulfils with a strong client of the same server, or with undefined once no strong client is
   * left. Never rejects.
   */
  async upgrade(): Promise<Client<P, S, R, E> | undefined> {
    const outcome = await this.#session.requests.upgrade()?.outcome;
    const port = asWorkingPort(outcome);
    return port && this.#createClient(this.#session.sibling(port));
  }

  /**
   * Fulfils with the reason when the server is closed or gone, or this client was closed. Never
   * rejects.
   */
  get closed(): Promise<UmpError> {
    return this.#session.state.closed;
  }

  close(): void {
    cancelFinalization(this.#session);
    this.#session.close();
  }

  [dispose](): void {
    this.close();
  }
}

export { createWeakClient };
