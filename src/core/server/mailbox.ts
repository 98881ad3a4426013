/**
 * What stands behind a Server: the queue of unread messages, the lines they come by, and who waits.
 * How long it goes on is told in lifetime.ts.
 */
import type { MigrationSource } from './migration-source.js';
import { reportUndelivered } from '../transport/undelivered.js';
import { withErrors } from '../protocol/error-values.js';
import { Failure } from '../support/failure.js';
import { handOut } from '../transport/port-holders.js';
import type { Finalizable } from '../support/finalization.js';
import { Lifetime } from './lifetime.js';
import type { Transport } from '../transport/transport.js';
import { openTransport, createChannel } from '../transport/driver.js';
import { closePortsIn } from '../transport/ports.js';
import type { AnyMessage } from './message.js';
import type { OnDropped } from '../options.js';
import { createContext } from '../reply/reply-context.js';
import { ServerConnection } from './server-connection.js';
import { UnreadMessages, type UnreadMessage } from './unread-messages.js';
import { valueOf } from '../protocol/values.js';
import { Receivers } from './receivers.js';
import * as frames from '../protocol/frames.js';

export class Mailbox extends Lifetime implements Finalizable {
  /** Messages each line may have waiting; 0: no bound. */
  capacity: number;
  readonly onDropped: OnDropped | undefined;
  readonly heartbeat: number | undefined;
  readonly receivers = new Receivers(this);
  readonly unread = new UnreadMessages();
  /** Answers that are owed on any line. */
  pendingReplies = 0;
  /** Messages that were taken so far, and those of them that came to no good end. */
  taken = 0;
  failed = 0;

  constructor(capacity = 0, keepAlive = false, onDropped?: OnDropped, heartbeat?: number) {
    super();
    this.capacity = capacity;
    this.keepAlive = keepAlive;
    this.onDropped = onDropped;
    this.heartbeat = heartbeat;
  }

  // ── clients ────────────────────────────────────────────────────────────────────────────────────

  /** One more client, wherever the server is by now; where it is gone he is told so. */
  acceptClient(transport: Transport, kind: frames.ClientKind): void {
    const connection = this.addConnection(transport, kind);
    if (this.migration?.acceptsClients === true) this.migration.moveClient(connection);
    connection.start();
  }

  /** Like accept(), but nothing is read from it before its start(). */
  addConnection(transport: Transport, kind: frames.ClientKind): ServerConnection {
    const connection = new ServerConnection(this, transport, kind);
    connection.sayHello();
    this.connections.add(connection);
    if (this.closedReason !== undefined && !this.migration?.acceptsClients)
      this.#sendGoAway(connection);
    if (connection.countsAsClient) this.clientCount++;
    return connection;
  }

  connectionLost(connection: ServerConnection): void {
    this.migration?.clientDone(connection, true);
    // Its posts were sent and will be read; its requests have nobody left to answer to.
    if (connection.queued > 0) this.#discard(this.unread.removeRequestsOf(connection));
    this.removeConnection(connection);
    if (connection.countsAsClient) this.clientLeft();
    this.checkDrained();
  }

  removeConnection(connection: ServerConnection): void {
    this.migration?.forget(connection);
    this.connections.delete(connection);
  }

  // ── frames ─────────────────────────────────────────────────────────────────────────────────────

  receive(connection: ServerConnection, frame: frames.ToServer): void {
    if (frame[0] === frames.CANCEL) this.#cancel(connection, frame[1]);
    if (this.migration !== undefined) this.migration.forward(connection, frame);
    else if (frame[0] === frames.POST || frame[0] === frames.REQ) this.#enqueue(connection, frame);
    else if (frame[0] === frames.ADD_CLIENT) this.acceptClient(openTransport(frame[1]), frame[2]);
    else if (frame[0] === frames.UPGRADE) this.#upgrade(connection, frame[1]);
    else if (frame[0] === frames.BYE) this.#onBye(connection);
  }

  #enqueue(connection: ServerConnection, frame: frames.MessageFrame): void {
    if (this.closedReason !== undefined) this.#refuse(connection, frame);
    else {
      connection.queued++;
      // Somebody waits only while the queue is empty.
      if (this.receivers.size > 0) this.#deliver(connection, frame);
      else this.unread.push(connection, frame);
    }
  }

  #deliver(connection: ServerConnection, frame: frames.MessageFrame): void {
    const message = this.#toMessage(connection, frame);
    if (message === undefined) return;
    this.receivers.deliver(message);
    if (this.receivers.size === 0) this.updateRef();
    else if (this.clientCount === 0) this.reevaluate();
  }

  #upgrade(connection: ServerConnection, id: number): void {
    if (this.clientCount === 0 || this.closedReason !== undefined) {
      connection.send([frames.ERR, id, 'ServerDisappeared']);
      return;
    }
    const { port1, port2 } = createChannel(this);
    this.acceptClient(openTransport(port1), frames.STRONG);
    connection.send([frames.REPLY, id, handOut(port2)], [port2]);
  }

  #onBye(connection: ServerConnection): void {
    const counted = connection.countsAsClient;
    connection.saidBye = true;
    connection.closeIfDone();
    if (counted) this.clientLeft();
  }

  /** A caller lost interest in a request that may still be queued. */
  #cancel(connection: ServerConnection, id: number): void {
    if (connection.queued === 0) return;
    const removed = this.unread.removeRequest(connection, id);
    if (removed.length === 0) return;
    this.#discard(removed);
    this.reevaluate();
  }

  #discard(messages: readonly UnreadMessage[]): void {
    for (const { connection: connection, frame } of messages) {
      connection.onTaken();
      this.#refuse(connection, frame);
    }
  }

  #refuse(connection: ServerConnection, frame: frames.MessageFrame): void {
    if (frame[0] === frames.REQ) {
      connection.send([frames.ERR, frame[1], 'ServerDisappeared']);
      closePortsIn(frame);
    } else this.undelivered(frame);
  }

  /** A post that nobody will read, or an answer that nobody waits for. */
  undelivered(frame: frames.Frame): void {
    reportUndelivered(this.onDropped, frame);
  }

  // ── taking ─────────────────────────────────────────────────────────────────────────────────────

  get isEmpty(): boolean {
    return this.unread.size === 0;
  }

  take(): AnyMessage | undefined {
    for (;;) {
      const next = this.unread.shift();
      if (next === undefined) return undefined;
      const message = this.#toMessage(next.connection, next.frame);
      if (message !== undefined) return message;
    }
  }

  /** Undefined if it cannot be read; that ends the line it came by. */
  #toMessage(connection: ServerConnection, frame: frames.MessageFrame): AnyMessage | undefined {
    let msg: unknown;
    try {
      msg = valueOf(frame);
    } catch {
      connection.onTaken();
      connection.refuse('malformed error records');
      return undefined;
    }
    connection.onTaken(frame);
    if (frame[0] === frames.POST) return { type: 'post', msg };
    return { type: 'request', msg, rctx: createContext(connection, frame[1]) };
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  close(why = new Failure('ServerDisappeared')): void {
    if (this.closedReason !== undefined) return;
    this.closedReason = why;
    this.notifyEnd();
    // Each client answers with BYE once he waits for nothing more; what he sends until then is
    // refused.
    for (const connection of this.connections) this.#sendGoAway(connection);
    this.#discard(this.unread.clear());
    this.reevaluate();
  }

  /** With the error that ended the server, if one did and it can travel. */
  #sendGoAway(connection: ServerConnection): void {
    const cause = this.closedReason?.options?.cause;
    if (cause !== undefined) {
      try {
        withErrors(cause, undefined, (value, errors) => {
          connection.send([frames.GOAWAY, value, errors]);
        });
        return;
      } catch {
        // Then without it.
      }
    }
    connection.send([frames.GOAWAY]);
  }

  finalize(): void {
    this.close();
  }

  /** Nothing that still comes by this line will be read here. */
  readsNoMore(connection: ServerConnection): boolean {
    if (this.migration !== undefined) return !this.migration.needs(connection);
    return connection.saidBye && connection.queued === 0;
  }

  /** Leaves with its unread messages and its clients, for wherever `departure` takes them. */
  startMigration(departure: MigrationSource): {
    connections: ServerConnection[];
    unread: UnreadMessage[];
  } {
    this.migration = departure;
    this.closedReason = new Failure('Detached');
    const unread = this.unread.clear();
    this.receivers.endAll(this.closedReason);
    // A line that was lost may have left posts behind.
    return {
      connections: [
        ...new Set([
          ...this.connections,
          ...unread.map(({ connection: connection }) => connection),
        ]),
      ],
      unread,
    };
  }
}
