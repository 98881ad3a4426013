/** An opt-in check that the peer answers: a PING every period, which a PONG must answer in time. */
import { realTimer } from '../support/natives.js';
import type { Connection } from './connection.js';
import { MIN_SILENT_TURNS, startDeadline } from './deadlines.js';

export class Heartbeat {
  readonly #connection: Connection;
  readonly #halfMs: number;
  /** The last PING was not answered yet. */
  #isPending = false;

  /** The peer counts as lost if it does not answer a PING within `ms` milliseconds. */
  constructor(connection: Connection, ms: number) {
    this.#connection = connection;
    this.#halfMs = ms / 2;
  }

  /** Sends PINGs until the connection is closed. */
  start(): void {
    if (this.#connection.isClosed) return;
    this.#isPending = true;
    this.#connection.ping(() => {
      this.#isPending = false;
    });
    const next = (): void => {
      if (this.#isPending) this.#connection.endForLostPeer();
      else this.start();
    };
    realTimer(this.#halfMs, () => {
      if (this.#isPending) startDeadline(this.#halfMs, MIN_SILENT_TURNS, next);
      else realTimer(this.#halfMs, next);
    });
  }
}
