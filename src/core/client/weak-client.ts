import type { Client } from './client.js';
import type { Session } from './session.js';
import type { UmpError } from '../errors.js';
import { IS_HANDLE, cancelFinalization, finalizeOnCollect } from '../support/finalization.js';
import { asWorkingPort } from '../transport/ports.js';
import { siblingSession } from './open-session.js';
import { dispose } from '../support/platform.js';

let createWeakClient: <P, S, R, E>(
  session: Session,
  upgraded: MakeClient<P, S, R, E>,
) => WeakClient<P, S, R, E>;

type MakeClient<P, S, R, E> = (session: Session) => Client<P, S, R, E>;

/** A client that does not count: the server may end while it exists. */
export class WeakClient<P = unknown, S = unknown, R = unknown, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  readonly #session: Session;
  readonly #upgraded: MakeClient<P, S, R, E>;

  private constructor(session: Session, upgraded: MakeClient<P, S, R, E>) {
    this.#session = session;
    this.#upgraded = upgraded;
    finalizeOnCollect(this, session);
  }

  static {
    createWeakClient = (session, upgraded) => new WeakClient(session, upgraded);
  }

  /**
   * A client of the same server, or undefined once no client that counts is left. Never rejects.
   */
  async upgrade(): Promise<Client<P, S, R, E> | undefined> {
    const outcome = await this.#session.requests.upgrade()?.outcome;
    const port = asWorkingPort(outcome);
    return port && this.#upgraded(siblingSession(this.#session, port));
  }

  /**
   * Fulfils, with the reason, when the server is closed or gone, or this client was closed. Never
   * rejects.
   */
  get closed(): Promise<UmpError> {
    return this.#session.state.closed;
  }

  close(): void {
    cancelFinalization(this);
    this.#session.close();
  }

  [dispose](): void {
    this.close();
  }
}

export { createWeakClient };
