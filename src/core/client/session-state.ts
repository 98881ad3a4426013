/**
 * How far a session has come:
 *
 *   connecting ──the server's HELLO──► connected
 *       │                                  │
 *       └────────────────┬─────────────────┘
 *                        │  close(), GOAWAY, or the connection ended
 *                        ▼
 *                     closing ──no request is pending, no post is held──► closed
 *
 * From `closing` on, no new call is possible. A client that has posted, or added a client, stays
 * `closing` until the host that it last sent to has said HELLO, or is lost.
 */
import type { UmpError } from '../errors.js';
import { Deferred } from '../support/deferred.js';
import type { Failure } from '../support/failure.js';

export class SessionState {
  phase: 'connecting' | 'connected' | 'closing' | 'closed' = 'connecting';
  /**
   * The server's HELLO has come, in time or while the session was closing. Stays true afterwards.
   */
  wasConnected = false;
  /** The user knows or will know of the end: a call has failed, or `closed` was read. */
  isReported = false;
  /** `connected` was read. */
  isAwaited = false;
  /** Why no new call is possible; the first reason stays. */
  closeReason: Failure | undefined;
  readonly #connected = new Deferred<void>();
  readonly #closed = new Deferred<UmpError>();
  readonly connected = this.#connected.promise;
  readonly closed = this.#closed.promise;

  constructor() {
    // Without this, a session whose `connected` is not read would cause an unhandled rejection.
    this.connected.catch(() => undefined);
  }

  connect(): void {
    this.wasConnected = true;
    if (this.phase === 'connecting') this.phase = 'connected';
    this.#connected.resolve();
  }

  throwIfClosed(stackStartFn: unknown): void {
    if (this.closeReason === undefined) return;
    this.isReported = true;
    throw this.closeReason.toError(stackStartFn);
  }

  close(why: Failure): void {
    if (this.closeReason !== undefined) return;
    this.phase = 'closing';
    this.closeReason = why;
    this.isReported ||= this.isAwaited && !this.wasConnected;
    this.#connected.reject(why.toError());
    this.#closed.resolve(why.toError());
  }

  /** Nothing is pending any more, and the ports close. */
  markClosed(): void {
    this.phase = 'closed';
  }
}
