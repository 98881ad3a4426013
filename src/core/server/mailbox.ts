/**
 * The state behind a Server: the queue of unread messages, the connections they come from, and the
 * calls that wait for one. The states of a mailbox are described in lifetime.ts.
 *
 *   connection ──receive()──► unread ──take()──► wait(), tryPop(), for await
 *                   └── if a call waits: deliver() ──┘
 *
 * While a server migrates, its frames go to the migration source instead of the queue.
 */
import type { OnDropped, TransportOptions } from '../options.js';
import * as frames from '../protocol/frames.js';
import { eachInBatches } from '../support/batches.js';
import { Failure } from '../support/failure.js';
import type { Finalizable } from '../support/finalization.js';
import type { WorkingPort } from '../support/platform.js';
import { createChannel, openTransport } from '../transport/driver.js';
import { handOut } from '../transport/port-holders.js';
import type { PeerWatch } from '../transport/peer-watch.js';
import { closePortsIn } from '../transport/ports.js';
import type { Transport } from '../transport/transport.js';
import { EarlyClients } from './early-clients.js';
import { Lifetime, type LifetimeOwner } from './lifetime.js';
import { MessageCounts } from './message-counts.js';
import { messageOf, type AnyMessage } from './message.js';
import { MigrationSource, type MigratingMailbox } from './migration-source.js';
import { Receivers, type MessageSource } from './receivers.js';
import { ConnectionSender } from './sender.js';
import { ServerConnection, type ConnectionMailbox } from './server-connection.js';
import { reject, UnreadMessages } from './unread-messages.js';

export class Mailbox
  implements ConnectionMailbox, LifetimeOwner, MessageSource, MigratingMailbox, Finalizable
{
  readonly onDropped: OnDropped | undefined;
  readonly transportOptions: TransportOptions | undefined;
  readonly lifetime: Lifetime;
  readonly receivers: Receivers;
  readonly connections = new Set<ServerConnection>();
  readonly unread = new UnreadMessages();
  readonly counts = new MessageCounts();
  /** Clients that come to a new host before its settings do. */
  readonly early = new EarlyClients();
  #capacity: number;
  #returnsUnread = false;
  #lastClient = 0;
  #migration: MigrationSource | undefined;

  constructor(
    capacity = 0,
    keepAlive = false,
    onDropped?: OnDropped,
    transportOptions?: TransportOptions,
  ) {
    this.#capacity = capacity;
    this.onDropped = onDropped;
    this.transportOptions = transportOptions;
    this.lifetime = new Lifetime(this, keepAlive);
    this.receivers = new Receivers(this, this.lifetime);
  }

  get capacity(): number {
    return this.#capacity;
  }

  get returnsUnread(): boolean {
    return this.#returnsUnread;
  }

  get isOpen(): boolean {
    return this.lifetime.state === 'open';
  }

  get acceptsClients(): boolean {
    return this.lifetime.endReason === undefined || this.#migration?.acceptsClients === true;
  }

  get isEmpty(): boolean {
    return this.unread.size === 0;
  }

  // ── clients ────────────────────────────────────────────────────────────────────────────────────

  /**
   * Accepts a client. If the server migrates, the client is redirected to the new host; if the
   * server is closed, the client is sent GOAWAY.
   */
  acceptClient(
    transport: Transport,
    kind: frames.ClientKind,
    origin?: string,
    from?: PeerWatch,
  ): void {
    this.early.add(() => {
      const connection = this.addConnection(transport, kind, origin);
      connection.start();
      if (from !== undefined) connection.peer.takeHolderFrom(from);
    });
  }

  /** Like acceptClient(), but nothing is read from the connection before the caller starts it. */
  addConnection(transport: Transport, kind: frames.ClientKind, origin?: string): ServerConnection {
    const sender = new ConnectionSender(++this.#lastClient, origin);
    const connection = new ServerConnection(this, transport, kind, sender);
    connection.sayHello();
    this.connections.add(connection);
    if (connection.countsAsClient) this.lifetime.clientJoined();
    if (this.#migration?.acceptsClients === true) this.#migration.redirectClient(connection);
    else if (!this.isOpen) connection.sendGoAway(this.lifetime.closeReason);
    return connection;
  }

  connectionLost(connection: ServerConnection): void {
    this.#migration?.clientDone(connection, true);
    // Its posts are still delivered; its requests have no caller any more.
    if (connection.queued > 0) {
      eachInBatches(this.unread.removeRequestsOf(connection), reject);
    }
    this.removeConnection(connection);
    if (connection.countsAsClient) this.lifetime.clientLeft();
    this.lifetime.drained.check();
  }

  removeConnection(connection: ServerConnection): void {
    this.#migration?.forget(connection);
    this.connections.delete(connection);
  }

  isDoneReading(connection: ServerConnection): boolean {
    if (this.#migration !== undefined) return !this.#migration.needs(connection);
    return connection.isHalfClosed && connection.queued === 0;
  }

  /** No further client will come from the acceptor: see Lifetime.setAcceptor(). */
  acceptorDone(): void {
    this.lifetime.acceptorDone();
    this.#migration?.closeIfAllSwitched();
  }

  // ── frames ─────────────────────────────────────────────────────────────────────────────────────

  receive(connection: ServerConnection, frame: frames.ToServer): void {
    if (frame[0] === frames.CANCEL) this.#cancel(connection, frame[1]);
    if (this.#migration !== undefined) this.#migration.forward(connection, frame);
    else if (frame[0] === frames.POST || frame[0] === frames.REQ) this.#enqueue(connection, frame);
    else if (frame[0] === frames.ADD_CLIENT) this.#addClient(connection, frame);
    else if (frame[0] === frames.UPGRADE) this.#upgrade(connection, frame[1]);
    else if (frame[0] === frames.BYE) this.#onBye(connection);
  }

  /** The new client's port comes from this client's agent, which counts as its first holder. */
  #addClient({ peer }: ServerConnection, [, port, kind]: frames.AddClient): void {
    this.acceptClient(openTransport(port), kind, undefined, peer);
  }

  #enqueue(connection: ServerConnection, frame: frames.MessageFrame): void {
    if (!this.isOpen) {
      // GOAWAY goes first, so that the client knows why its message is rejected.
      connection.sendGoAway(this.lifetime.closeReason);
      connection.rejectMessage(frame);
    } else {
      connection.onQueued();
      // Calls wait only while the queue is empty.
      if (this.receivers.size > 0) this.#deliver(connection, frame);
      else this.unread.push(connection, frame);
    }
  }

  #deliver(connection: ServerConnection, frame: frames.MessageFrame): void {
    const message = messageOf(connection, frame, this.counts);
    if (message === undefined) return;
    this.receivers.deliver(message);
    if (this.lifetime.clientCount === 0) this.lifetime.reevaluate();
  }

  #upgrade(connection: ServerConnection, id: number): void {
    if (this.lifetime.clientCount === 0 || !this.isOpen) {
      connection.send([frames.ERR, id, 'ServerDisappeared']);
      return;
    }
    const { port1, port2 } = createChannel(this.receive);
    this.acceptClient(openTransport(port1), frames.STRONG, undefined, connection.peer);
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
    for (const { frame } of removed) {
      closePortsIn(frame);
      connection.onDequeued();
    }
    this.lifetime.reevaluate();
  }

  // ── taking ─────────────────────────────────────────────────────────────────────────────────────

  take(): AnyMessage | undefined {
    for (;;) {
      const next = this.unread.shift();
      if (next === undefined) return undefined;
      const message = messageOf(next.connection, next.frame, this.counts);
      if (message !== undefined) return message;
    }
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  close(reason = new Failure('ServerDisappeared')): void {
    if (!this.isOpen) return;
    this.early.acceptAll();
    this.lifetime.close('closed', reason);
    this.lifetime.markEndKnown();
    // Each client answers with BYE once it waits for nothing more; its messages until then are
    // rejected, perhaps before some of those that are unread now.
    eachInBatches([...this.connections], (connection) => {
      connection.sendGoAway(reason);
    });
    this.unread.rejectAll();
    this.lifetime.reevaluate();
  }

  /** For an actor: when it closes, it returns the requests that it has not taken. */
  returnUnreadAtClose(): void {
    this.#returnsUnread = true;
  }

  endReceivers(reason: Failure): void {
    this.receivers.endAll(reason);
  }

  finalize(): void {
    this.close();
  }

  // ── migration ──────────────────────────────────────────────────────────────────────────────────

  /**
   * Migrates the server, with its clients and unread messages, to the agent that takes up the port
   * at the other end of `control`.
   */
  migrateTo(control: WorkingPort): void {
    const migration = new MigrationSource(this, control);
    const reason = new Failure('Detached');
    this.#migration = migration;
    this.lifetime.close('migrating', reason);
    this.endReceivers(reason);
    migration.start();
    migration.redirectAll(this.connections, this.unread.clear());
  }

  /** The settings of the old host, which this host passes on if it migrates itself. */
  adoptSettings(capacity: number, keepAlive: boolean): void {
    this.#capacity = capacity;
    this.lifetime.keepAlive = keepAlive;
    this.#migration?.sendState();
    this.early.acceptAll();
  }
}
