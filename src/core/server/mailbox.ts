/**
 * The state behind a Server: the queue of unread messages, the connections they come from, and the
 * calls that wait for one. The states of a mailbox are described in lifetime.ts.
 *
 *   connection ──receive()──► unread ──take()──► wait(), tryPop(), for await
 *                   └── if a call waits: deliver() ──┘
 *
 * While a server migrates, its frames go to the migration source instead of the queue.
 */
import type { OnDropped } from '../options.js';
import * as frames from '../protocol/frames.js';
import { valueOf } from '../protocol/values.js';
import { createContext } from '../reply/reply-context.js';
import { Failure } from '../support/failure.js';
import type { Finalizable } from '../support/finalization.js';
import type { WorkingPort } from '../support/platform.js';
import { createChannel, openTransport } from '../transport/driver.js';
import { handOut } from '../transport/port-holders.js';
import type { Transport } from '../transport/transport.js';
import { reportUndelivered } from '../transport/undelivered.js';
import { Lifetime, type Acceptor, type LifetimeOwner } from './lifetime.js';
import { MessageCounts } from './message-counts.js';
import type { AnyMessage } from './message.js';
import { MigrationSource, type MigratingMailbox } from './migration-source.js';
import { Receivers, type MessageSource } from './receivers.js';
import { ServerConnection, type ConnectionHost } from './server-connection.js';
import { UnreadMessages, type UnreadMessage } from './unread-messages.js';

export class Mailbox
  implements ConnectionHost, LifetimeOwner, MessageSource, MigratingMailbox, Finalizable
{
  readonly onDropped: OnDropped | undefined;
  readonly heartbeat: number | undefined;
  readonly lifetime: Lifetime;
  readonly receivers: Receivers;
  readonly unread = new UnreadMessages();
  readonly counts = new MessageCounts();
  #capacity: number;
  readonly #connections = new Set<ServerConnection>();
  #acceptor: Acceptor | undefined = undefined;
  #onEnd: (() => void) | undefined = undefined;
  #migration: MigrationSource | undefined = undefined;

  constructor(capacity = 0, keepAlive = false, onDropped?: OnDropped, heartbeat?: number) {
    this.#capacity = capacity;
    this.onDropped = onDropped;
    this.heartbeat = heartbeat;
    this.lifetime = new Lifetime(this, keepAlive);
    this.receivers = new Receivers(this, this.lifetime);
  }

  get capacity(): number {
    return this.#capacity;
  }

  get isOpen(): boolean {
    return this.lifetime.state === 'open';
  }

  get isEmpty(): boolean {
    return this.unread.size === 0;
  }

  get connections(): ReadonlySet<ServerConnection> {
    return this.#connections;
  }

  // ── clients ────────────────────────────────────────────────────────────────────────────────────

  /**
   * Accepts a client. If the server migrates, the client is redirected to the new host; if the
   * server is closed, the client is sent GOAWAY.
   */
  acceptClient(transport: Transport, kind: frames.ClientKind): void {
    this.addConnection(transport, kind).start();
  }

  /** Like acceptClient(), but nothing is read from the connection before the caller starts it. */
  addConnection(transport: Transport, kind: frames.ClientKind): ServerConnection {
    const connection = new ServerConnection(this, transport, kind);
    connection.sayHello();
    this.#connections.add(connection);
    if (connection.countsAsClient) this.lifetime.clientJoined();
    if (this.#migration?.acceptsClients === true) this.#migration.moveClient(connection);
    else if (!this.isOpen) connection.sendGoAway(this.lifetime.closedReason);
    return connection;
  }

  connectionLost(connection: ServerConnection): void {
    this.#migration?.clientDone(connection, true);
    // Its posts are still delivered; its requests have no caller any more.
    if (connection.queued > 0) this.#discard(this.unread.removeRequestsOf(connection));
    this.removeConnection(connection);
    if (connection.countsAsClient) this.lifetime.clientLeft();
    this.lifetime.checkDrained();
  }

  removeConnection(connection: ServerConnection): void {
    this.#migration?.forget(connection);
    this.#connections.delete(connection);
  }

  isDoneReading(connection: ServerConnection): boolean {
    if (this.#migration !== undefined) return !this.#migration.needs(connection);
    return connection.isHalfClosed && connection.queued === 0;
  }

  // ── the acceptor ───────────────────────────────────────────────────────────────────────────────

  /** Where further clients may come from; undefined if no more can come. */
  get acceptor(): Acceptor | undefined {
    return this.#acceptor;
  }

  /** `onEnd` runs once, when the server has ended, also if the acceptor is done by then. */
  setAcceptor(acceptor: Acceptor, onEnd: () => void): void {
    this.#acceptor = acceptor;
    this.#onEnd = onEnd;
  }

  /** No further client will come from the acceptor. */
  acceptorDone(): void {
    this.#acceptor = undefined;
    this.#migration?.finishIfDone();
  }

  // ── frames ─────────────────────────────────────────────────────────────────────────────────────

  receive(connection: ServerConnection, frame: frames.ToServer): void {
    if (frame[0] === frames.CANCEL) this.#cancel(connection, frame[1]);
    if (this.#migration !== undefined) this.#migration.forward(connection, frame);
    else if (frame[0] === frames.POST || frame[0] === frames.REQ) this.#enqueue(connection, frame);
    else if (frame[0] === frames.ADD_CLIENT) this.acceptClient(openTransport(frame[1]), frame[2]);
    else if (frame[0] === frames.UPGRADE) this.#upgrade(connection, frame[1]);
    else if (frame[0] === frames.BYE) this.#onBye(connection);
  }

  #enqueue(connection: ServerConnection, frame: frames.MessageFrame): void {
    if (!this.isOpen) connection.refuseMessage(frame);
    else {
      connection.onQueued();
      // Calls wait only while the queue is empty.
      if (this.receivers.size > 0) this.#deliver(connection, frame);
      else this.unread.push(connection, frame);
    }
  }

  #deliver(connection: ServerConnection, frame: frames.MessageFrame): void {
    const message = this.#toMessage(connection, frame);
    if (message === undefined) return;
    this.receivers.deliver(message);
    if (this.lifetime.clientCount === 0) this.lifetime.reevaluate();
  }

  #upgrade(connection: ServerConnection, id: number): void {
    if (this.lifetime.clientCount === 0 || !this.isOpen) {
      connection.send([frames.ERR, id, 'ServerDisappeared']);
      return;
    }
    const { port1, port2 } = createChannel(Mailbox.prototype.receive);
    this.acceptClient(openTransport(port1), frames.STRONG);
    connection.send([frames.REPLY, id, handOut(port2)], [port2]);
  }

  #onBye(connection: ServerConnection): void {
    const counted = connection.countsAsClient;
    connection.halfClose();
    if (counted) this.lifetime.clientLeft();
  }

  /** The caller cancelled a request, which may still be queued. */
  #cancel(connection: ServerConnection, id: number): void {
    if (connection.queued === 0) return;
    const removed = this.unread.removeRequest(connection, id);
    if (removed.length === 0) return;
    this.#discard(removed);
    this.lifetime.reevaluate();
  }

  #discard(messages: readonly UnreadMessage[]): void {
    for (const { connection, frame } of messages) {
      connection.onDequeued();
      connection.refuseMessage(frame);
    }
  }

  /** Reports a post or a reply that nothing will receive. */
  undelivered(frame: frames.Frame): void {
    reportUndelivered(this.onDropped, frame);
  }

  // ── taking ─────────────────────────────────────────────────────────────────────────────────────

  take(): AnyMessage | undefined {
    for (;;) {
      const next = this.unread.shift();
      if (next === undefined) return undefined;
      const message = this.#toMessage(next.connection, next.frame);
      if (message !== undefined) return message;
    }
  }

  /** Undefined if the frame is malformed, which closes its connection. */
  #toMessage(connection: ServerConnection, frame: frames.MessageFrame): AnyMessage | undefined {
    let msg: unknown;
    try {
      msg = valueOf(frame);
    } catch {
      connection.onDequeued();
      connection.refuse('malformed error records');
      return undefined;
    }
    this.counts.recordTaken(frame);
    connection.onDequeued(frame);
    if (frame[0] === frames.POST) return { type: 'post', msg };
    return { type: 'request', msg, rctx: createContext(connection, frame[1]) };
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  close(reason = new Failure('ServerDisappeared')): void {
    if (!this.isOpen) return;
    this.lifetime.close('closed', reason);
    this.lifetime.markEndKnown();
    // Each client answers with BYE once it waits for nothing more; its messages until then are
    // refused.
    for (const connection of this.#connections) connection.sendGoAway(reason);
    this.#discard(this.unread.clear());
    this.lifetime.reevaluate();
  }

  endReceivers(reason: Failure): void {
    this.receivers.endAll(reason);
  }

  onEnd(): void {
    this.#onEnd?.();
  }

  finalize(): void {
    this.close();
  }

  // ── migration ──────────────────────────────────────────────────────────────────────────────────

  /**
   * Migrates the server, with its clients and unread messages, to the agent that takes up the port
   * at the other end of `control`.
   */
  moveTo(control: WorkingPort): void {
    const migration = new MigrationSource(this, control);
    const reason = new Failure('Detached');
    this.#migration = migration;
    this.lifetime.close('migrating', reason);
    this.endReceivers(reason);
    migration.start();
    migration.moveAll(this.#connections, this.unread.clear());
  }

  /** The settings of the previous host, which this host passes on if it migrates itself. */
  adoptSettings(capacity: number, keepAlive: boolean): void {
    this.#capacity = capacity;
    this.lifetime.setKeepAlive(keepAlive);
    this.#migration?.sendState();
  }
}
