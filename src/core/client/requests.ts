/**
 * The requests of one client that wait for their outcome, and where each outcome will come from.
 */
import type { ClientConnection } from './client-connection.js';
import type { ConnectionChain } from './connection-chain.js';
import { Failure } from '../support/failure.js';
import type { SessionState } from './session-state.js';
import type { LoopRefCount } from '../support/loop-ref.js';
import { checkSignal, checkTimeout, type ReqOptions } from '../options.js';
import type { Outbox } from './outbox.js';
import { PendingRequest, type PendingOwner } from './pending-request.js';
import type { WorkingSignal } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

/** The line that they are sent by. */
interface RequestsSession {
  readonly state: SessionState;
  /** Keeps this agent from exiting while they wait. */
  readonly loopRef: LoopRefCount;
  readonly connections: ConnectionChain;
  readonly outbox: Outbox;
  /** One of them is settled. */
  finishIfDone(): void;
}

export class Requests implements PendingOwner {
  readonly session: RequestsSession;
  readonly #pending = new Map<number, PendingRequest>();
  #lastId = 0;

  constructor(session: RequestsSession) {
    this.session = session;
  }

  get areSettled(): boolean {
    return this.#pending.size === 0;
  }

  // ── a new one ──────────────────────────────────────────────────────────────────────────────────

  /** Throws if nothing was sent; what happens afterwards is told by the entry's outcome. */
  send(
    stackStartFn: unknown,
    msg: unknown,
    options: ReqOptions | undefined,
    rejects = false,
  ): PendingRequest {
    this.session.state.throwIfClosed(stackStartFn);
    const timeout = checkTimeout(stackStartFn, options?.timeout);
    const signal = options?.signal as WorkingSignal | undefined;
    checkSignal(stackStartFn, signal);
    const pending = new PendingRequest(this.#lastId + 1, this, rejects);
    if (signal?.aborted !== true) {
      this.session.outbox.request(stackStartFn, pending, msg, options);
      this.#enter(pending);
    }
    if (signal !== undefined || timeout !== undefined) pending.watch(signal, timeout);
    return pending;
  }

  /** The outcome is a port, or anything else once no client that counts is left. */
  upgrade(): PendingRequest | undefined {
    if (this.session.state.closeReason !== undefined) return undefined;
    const pending = new PendingRequest(this.#lastId + 1, this);
    pending.connection = this.session.connections.current;
    pending.connection.send([frames.UPGRADE, pending.id]);
    this.#enter(pending);
    return pending;
  }

  #enter(pending: PendingRequest): void {
    this.#lastId = pending.id;
    this.#pending.set(pending.id, pending);
    this.session.loopRef.add(1);
  }

  // ── its end ────────────────────────────────────────────────────────────────────────────────────

  settle(pending: PendingRequest, outcome: unknown): void {
    if (pending.isSettled) return;
    pending.settle(outcome);
    pending.held?.drop();
    // One that was aborted before it was sent never stood in the table.
    if (!this.#pending.delete(pending.id)) return;
    this.session.loopRef.add(-1);
    this.session.finishIfDone();
  }

  abandon(pending: PendingRequest, failure: Failure): void {
    if (pending.isSettled) return;
    const { connection } = pending;
    // A moved request goes on listening: it may just be handed on, and its new holder must hear of
    // it.
    if (connection?.isOneShot === true) {
      connection.send([frames.CANCEL, 0]);
      connection.setRef(false);
    } else if (connection !== undefined) this.session.connections.send([frames.CANCEL, pending.id]);
    this.settle(pending, failure);
  }

  /** All that can be answered no more. */
  failUnanswerable(why: Failure): void {
    const lost = this.session.connections.deadConnections();
    if (lost.size === 0) return;
    for (const pending of this.#pending.values()) {
      if (pending.connection !== undefined && lost.has(pending.connection)) {
        this.session.state.isReported = true;
        this.settle(pending, why);
      }
    }
    this.session.connections.remove(lost);
  }

  // ── where it is answered ───────────────────────────────────────────────────────────────────────

  /**
   * The one that a frame from there is about, if it waits and that is where its answer comes from.
   */
  pendingFor(connection: ClientConnection, id: number): PendingRequest | undefined {
    const pending = connection.isOneShot ? connection.onlyRequest : this.#pending.get(id);
    if (pending?.isSettled !== false) return undefined;
    // Once moved, nobody but the holder has a say.
    return pending.connection?.isOneShot === true && pending.connection !== connection
      ? undefined
      : pending;
  }

  /** Where the answer of a request that was moved will come from, while it is waited for. */
  movedConnection(id: number | undefined): ClientConnection | undefined {
    const connection = id === undefined ? undefined : this.#pending.get(id)?.connection;
    return connection?.isOneShot === true ? connection : undefined;
  }

  /** These went along with a server that moved. */
  adopt(connection: ClientConnection, ids: ReadonlySet<number>): void {
    for (const pending of this.#pending.values()) {
      const movable = pending.connection?.isOneShot !== true && ids.has(pending.id);
      if (
        movable &&
        pending.connection !== undefined &&
        pending.connection.hostNumber < connection.hostNumber
      ) {
        pending.connection = connection;
      }
    }
  }

  /** What is pending holds this agent, or not, wherever it is. */
  setRefs(yes: boolean): void {
    for (const { connection } of this.#pending.values()) connection?.setRef(yes);
  }
}
