import type { Client } from './client.js';
import type { ClientLine } from './client-line.js';
import type { UmpError } from './errors.js';
import { IS_HANDLE, notForgotten, onForgotten } from './handle.js';
import { asWorkingPort } from './link.js';
import { lineOver } from './open-line.js';
import { dispose } from './platform.js';

let make: <P, S, R, E>(
  line: ClientLine,
  upgraded: MakeClient<P, S, R, E>,
) => WeakClient<P, S, R, E>;

type MakeClient<P, S, R, E> = (line: ClientLine) => Client<P, S, R, E>;

/** A client that does not count: the server may end while it exists. */
export class WeakClient<P = unknown, S = unknown, R = unknown, E = never> implements Disposable {
  /** @internal */
  readonly handle: symbol = IS_HANDLE;
  readonly #line: ClientLine;
  readonly #upgraded: MakeClient<P, S, R, E>;

  private constructor(line: ClientLine, upgraded: MakeClient<P, S, R, E>) {
    this.#line = line;
    this.#upgraded = upgraded;
    onForgotten(this, line);
  }

  static {
    make = (line, upgraded) => new WeakClient(line, upgraded);
  }

  /**
   * A client of the same server, or undefined once no client that counts is left. Never rejects.
   */
  async upgrade(): Promise<Client<P, S, R, E> | undefined> {
    const outcome = await this.#line.requests.upgrade()?.outcome;
    const port = asWorkingPort(outcome);
    return port && this.#upgraded(lineOver(this.#line, port));
  }

  /**
   * Fulfils, with the reason, when the server is closed or gone, or this client was closed. Never
   * rejects.
   */
  get closed(): Promise<UmpError> {
    return this.#line.fate.closed;
  }

  close(): void {
    notForgotten(this);
    this.#line.close();
  }

  [dispose](): void {
    this.close();
  }
}

export { make as weakClientOver };
