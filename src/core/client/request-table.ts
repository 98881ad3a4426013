/** The pending requests of one session, and the connection that each reply will come from. */
import { ClientConnection, type ConnectionOwner } from './client-connection.js';
import type { ConnectionChain } from './connection-chain.js';
import { openTransport } from '../transport/driver.js';
import { reportUndelivered } from '../transport/undelivered.js';
import { eachInBatches } from '../support/batches.js';
import { Condition } from '../support/condition.js';
import { Failure } from '../support/failure.js';
import type { SessionState } from './session-state.js';
import type { LoopRefCount } from '../support/loop-ref.js';
import { checkSignal, checkTimeout, type OnDropped, type ReqOptions } from '../options.js';
import type { Outbox } from './outbox.js';
import { PendingRequest, type PendingOwner, type ReturnedMessage } from './pending-request.js';
import { closePortsIn } from '../transport/ports.js';
import { outcomeOf, valueIn } from '../protocol/values.js';
import type { WorkingSignal } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

/** What the table needs of its session. */
interface RequestTableSession extends ConnectionOwner {
  readonly state: SessionState;
  /** Keeps this agent from exiting while requests are pending. */
  readonly loopRef: LoopRefCount;
  readonly connections: ConnectionChain;
  readonly outbox: Outbox;
  readonly onDropped: OnDropped | undefined;
  /** Called after a request was settled. */
  closeIfDone(): void;
}

/** Undefined if its error records are malformed. */
function returnedMessageOf(frame: frames.Unread): ReturnedMessage | undefined {
  try {
    return { msg: valueIn(frame), transfer: frame[3] ?? [] };
  } catch {
    return undefined;
  }
}

export class RequestTable implements PendingOwner {
  readonly session: RequestTableSession;
  readonly #pending = new Map<number, PendingRequest>();
  /** Whether no request is pending. */
  readonly drained = new Condition(() => this.isDrained);
  #lastId = 0;

  constructor(session: RequestTableSession) {
    this.session = session;
  }

  get isDrained(): boolean {
    return this.#pending.size === 0;
  }

  // ── new requests ───────────────────────────────────────────────────────────────────────────────

  /**
   * Sends a request and adds it to the table. Throws if the message cannot be sent; whatever else
   * happens, such as a signal that is aborted already, settles the pending request. `rejects`: as
   * for PendingRequest. An actor with `deadlockAfter` replaces this method for all sessions, by one
   * that also notes the request: see actors/handlers/handling.ts.
   */
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
      this.session.outbox.sendRequest(stackStartFn, pending, msg, options);
      this.#enter(pending);
    }
    if (signal !== undefined || timeout !== undefined) pending.watch(signal, timeout);
    return pending;
  }

  /**
   * Asks for a strong client. The outcome is its port, or something else if no strong one is left.
   */
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

  renumber(pending: PendingRequest): void {
    this.#pending.delete(pending.id);
    pending.id = ++this.#lastId;
    this.#pending.set(pending.id, pending);
  }

  // ── settling ───────────────────────────────────────────────────────────────────────────────────

  onReply(connection: ClientConnection, frame: frames.ReplyFrame | frames.Err): void {
    const pending = this.pendingFor(connection, frame[1]);
    if (pending !== undefined) this.settle(pending, this.#outcomeOf(frame));
    else reportUndelivered(this.session.onDropped, frame);
    if (connection.isOneShot) connection.close();
  }

  /**
   * A request that the server rejects because it is closed fails with the session's own reason,
   * which has the cause if there is one.
   */
  #outcomeOf(frame: frames.ReplyFrame | frames.Err): unknown {
    const { state } = this.session;
    if (frame[0] !== frames.ERR || frame[2] !== state.closeReason?.code) return outcomeOf(frame);
    state.isReported = true;
    return frame[3] === undefined ? state.closeReason : outcomeOf(frame);
  }

  /** The server has closed, and returns a request that it has not taken. */
  onUnread(connection: ClientConnection, frame: frames.Unread): void {
    const pending = this.pendingFor(connection, frame[1]);
    const message = pending?.onReturned === undefined ? undefined : returnedMessageOf(frame);
    if (pending === undefined || message === undefined) closePortsIn(frame);
    if (pending === undefined) return;
    const { state } = this.session;
    if (message === undefined) {
      state.isReported = true;
      this.settle(pending, state.closeReason ?? new Failure('ServerDisappeared'));
    } else {
      // The new owner takes over first, so that one of the two keeps this agent from exiting at any
      // time.
      pending.onReturned?.(message);
      this.#remove(pending);
    }
  }

  settle(pending: PendingRequest, outcome: unknown): void {
    if (pending.isSettled) return;
    pending.settle(outcome);
    pending.held?.drop();
    this.#remove(pending);
  }

  #remove({ id }: PendingRequest): void {
    // A request that was aborted before it was sent was never entered.
    if (!this.#pending.delete(id)) return;
    this.session.loopRef.add(-1);
    this.drained.check();
    this.session.closeIfDone();
  }

  abandon(pending: PendingRequest, failure: Failure): void {
    if (pending.isSettled) return;
    const { connection } = pending;
    // The one-shot connection of a moved request stays open: the context may be on its way to its
    // next replier, which must read the CANCEL.
    if (connection?.isOneShot === true) {
      connection.send([frames.CANCEL, 0]);
      connection.setRef(false);
    } else if (connection !== undefined)
      this.session.connections.sendToAll([frames.CANCEL, pending.id]);
    this.settle(pending, failure);
  }

  /** Fails the requests whose reply could only come from a connection that is closed. */
  failUnanswerable(why: Failure): void {
    const { connections, state } = this.session;
    const closed = connections.takeClosed();
    if (closed.size === 0) return;
    const unanswerable = [...this.#pending.values()].filter(
      ({ connection }) => connection !== undefined && closed.has(connection),
    );
    state.isReported ||= unanswerable.length > 0;
    eachInBatches(unanswerable, (pending) => {
      this.settle(pending, why);
    });
  }

  // ── where each reply comes from ────────────────────────────────────────────────────────────────

  /** The pending request that a frame of this connection is about, if it may be answered there. */
  pendingFor(connection: ClientConnection, id: number): PendingRequest | undefined {
    const pending = connection.isOneShot ? connection.onlyRequest : this.#pending.get(id);
    if (pending?.isSettled !== false) return undefined;
    // Only the replier of a moved request may answer it.
    return pending.connection?.isOneShot === true && pending.connection !== connection
      ? undefined
      : pending;
  }

  /** The reply will come over a port of its own, even if the server ends. */
  onMoved(connection: ClientConnection, [, id, port]: frames.Moved): void {
    const pending = this.pendingFor(connection, id);
    const moved = new ClientConnection(this.session, openTransport(port), true, pending);
    moved.start();
    moved.peer.takeHolderFrom(connection.peer);
    if (pending === undefined) moved.send([frames.CANCEL, 0]);
    else {
      pending.connection = moved;
      moved.setRef(this.session.loopRef.isReferenced);
    }
    if (connection.isOneShot) connection.close();
  }

  /** The one-shot connection of a moved request has ended. */
  onReplierLost({ onlyRequest }: ClientConnection, why: Failure): void {
    const failure = why.code === 'ServerDisappeared' ? new Failure('NoReply') : why;
    if (onlyRequest !== undefined) this.settle(onlyRequest, failure);
  }

  /** The one-shot connection of a pending request that was moved. */
  movedConnection(id: number | undefined): ClientConnection | undefined {
    const connection = id === undefined ? undefined : this.#pending.get(id)?.connection;
    return connection?.isOneShot === true ? connection : undefined;
  }

  /** These requests have migrated with the server: a later host answers them. */
  adopt(connection: ClientConnection, ids: ReadonlySet<number>): void {
    // Not a loop over the pending requests: the cost must depend only on what the peer has sent.
    for (const id of ids) {
      const pending = this.#pending.get(id);
      const before = pending?.connection;
      if (pending === undefined || before === undefined || before.isOneShot) continue;
      if (before.hostNumber < connection.hostNumber) pending.connection = connection;
    }
  }

  /** Whether pending requests keep this agent from exiting, one-shot connections included. */
  setRefs(yes: boolean): void {
    for (const { connection } of this.#pending.values()) connection?.setRef(yes);
  }
}
