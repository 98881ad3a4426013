/**
 * How long the server of a mailbox goes on, and why it ends.
 *
 *   open ── close() ──────────► closed       unread requests are rejected
 *    └───── transfer() ───────► migrating    everything is passed on to the new host
 *
 * An open server counts as ended while it has no client, its queue is empty and `keepAlive` is off.
 * What follows from that is decided here: when wait() and the iterator end, when the server
 * is drained, and whether it keeps its thread running.
 */
import { createLoopRef, type LoopRef } from '../transport/driver.js';
import { Condition } from '../support/condition.js';
import { Failure } from '../support/failure.js';
import type { MessageCounts } from './message-counts.js';

type MailboxState = 'open' | 'closed' | 'migrating';

/** What brings clients to a server: an endpoint, or the old host. */
export interface Acceptor {
  /** Whether no client has come yet, so that a reservation still counts as one. */
  readonly awaitsFirstClient: boolean;
}

/** What a lifetime has to know of its mailbox. */
export interface LifetimeOwner {
  /** Whether no message is queued. */
  readonly isEmpty: boolean;
  readonly counts: Pick<MessageCounts, 'pendingReplies'>;
  /** Fails every call that waits for a message. */
  endReceivers(reason: Failure): void;
}

export class Lifetime {
  readonly #owner: LifetimeOwner;
  state: MailboxState = 'open';
  /** Why the server is not open any more. */
  closeReason: Failure | undefined;
  /** Whether the server goes on without clients. */
  keepAlive: boolean;
  /** Strong and post-only clients, plus reservations for clients that may still connect. */
  clientCount = 0;
  /** Where further clients may come from; undefined if no more can come. */
  acceptor: Acceptor | undefined;
  #isReserved = false;
  /** Undefined once it has run: see setAcceptor(). */
  #onEnd: ((reason: Failure | undefined) => void) | undefined;
  readonly #loop: LoopRef = createLoopRef();
  #waitingRefs = true;
  #isWaiting = false;
  #isRedirecting = false;
  /** Whether the server has ended and owes no reply. Checked after all that may have changed it. */
  readonly drained = new Condition(
    () => this.#owner.counts.pendingReplies === 0 && this.endReason !== undefined,
  );

  constructor(owner: LifetimeOwner, keepAlive: boolean) {
    this.#owner = owner;
    this.keepAlive = keepAlive;
  }

  throwIfClosed(stackStartFn: unknown): void {
    if (this.closeReason !== undefined) throw this.closeReason.toError(stackStartFn);
  }

  /** Leaves the state `open`. The caller fails the receivers and then calls reevaluate(). */
  close(state: 'closed' | 'migrating', reason: Failure): void {
    this.state = state;
    this.closeReason = reason;
  }

  // ── clients ────────────────────────────────────────────────────────────────────────────────────

  clientJoined(): void {
    this.clientCount++;
  }

  clientLeft(): void {
    this.clientCount--;
    this.reevaluate();
  }

  /**
   * From now on the acceptor counts as a client, because its first client may still come. `onEnd`
   * runs once: when the application first learns that the server has ended, even if the acceptor is
   * done by then.
   */
  setAcceptor(acceptor: Acceptor, onEnd: (reason: Failure | undefined) => void): void {
    this.acceptor = acceptor;
    this.#onEnd = onEnd;
    this.#isReserved = true;
    this.clientJoined();
  }

  /** The acceptor does not count as a client any more: its first client has come, or none will. */
  endReservation(): void {
    if (!this.#isReserved) return;
    this.#isReserved = false;
    this.clientLeft();
  }

  acceptorDone(): void {
    this.endReservation();
    this.acceptor = undefined;
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  /** Why no message will come any more; undefined while one may come. */
  get endReason(): Failure | undefined {
    const hasEnded = this.clientCount === 0 && !this.keepAlive && this.#owner.isEmpty;
    return this.closeReason ?? (hasEnded ? new Failure('ClientsDisappeared') : undefined);
  }

  /**
   * Like `endReason`, for a caller that passes the reason on to the application. A server that has
   * moved has not ended: its acceptor still redirects clients to the new host.
   */
  takeEndReason(): Failure | undefined {
    const { endReason } = this;
    if (endReason !== undefined && this.state !== 'migrating') this.markEndKnown();
    return endReason;
  }

  /** The application has learned, or learns now, that no message will come any more. */
  markEndKnown(): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.(this.endReason);
  }

  /** To be called after anything that may have ended the server. */
  reevaluate(): void {
    if (this.#isWaiting) {
      const reason = this.takeEndReason();
      if (reason !== undefined) this.#owner.endReceivers(reason);
    }
    this.drained.check();
  }

  // ── the event loop ─────────────────────────────────────────────────────────────────────────────

  /** Whether a call waits for a message. */
  setWaiting(yes: boolean): void {
    this.#isWaiting = yes;
    this.#updateRef();
  }

  /** Whether a call that waits for a message keeps this agent from exiting. */
  setWaitingRef(yes: boolean): void {
    this.#waitingRefs = yes;
    this.#updateRef();
  }

  /** Whether a client still sends here although the server has migrated. */
  setRedirecting(yes: boolean): void {
    this.#isRedirecting = yes;
    this.#updateRef();
  }

  #updateRef(): void {
    this.#loop.setRef((this.#isWaiting && this.#waitingRefs) || this.#isRedirecting);
  }
}
