/**
 * The connections of a session to the hosts of its server: usually one from beginning to end. When
 * the server migrates, the session continues over a second one; the first stays until its host has
 * answered the requests that it took.
 */
import { ClientConnection, type ConnectionOwner } from './client-connection.js';
import type { Transport } from '../transport/transport.js';
import { closeUnusedPort, reportReceiver } from '../transport/ports.js';
import type { WorkingPort } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

export class ConnectionChain {
  /** Where new frames go. */
  current: ClientConnection;
  readonly first: ClientConnection;
  /** The connections on which a reply may still come, in the order of the server's hosts. */
  all: ClientConnection[];
  readonly #owner: ConnectionOwner;

  constructor(owner: ConnectionOwner, transport: Transport) {
    this.#owner = owner;
    this.first = this.current = new ClientConnection(owner, transport);
    this.all = [this.first];
  }

  /** The server migrates: REDIRECTED is the last frame to the old host. */
  redirect(transport: Transport): void {
    const { peer } = this.current;
    this.current.send([frames.REDIRECTED]);
    const connection = new ClientConnection(this.#owner, transport);
    connection.hostNumber = this.current.hostNumber + 1;
    connection.awaitsAdopted = true;
    this.current = connection;
    this.all.push(connection);
    connection.start();
    connection.peer.takeHolderFrom(peer);
  }

  /** `reported`: the connection that was current when the port was created. */
  addClient(port: WorkingPort, kind: frames.ClientKind, reported: ClientConnection): void {
    const { current } = this;
    try {
      if (current !== reported) reportReceiver(port, current.peer);
      if (current.isClosed) closeUnusedPort(port);
      else current.send([frames.ADD_CLIENT, port, kind], [port]);
    } catch {
      // The agent that got the other port has already died: there is no client to add.
    }
  }

  /** The connection that this one was redirected to. */
  after(connection: ClientConnection): ClientConnection | undefined {
    return this.all[this.all.indexOf(connection) + 1];
  }

  /** Sends to all hosts: while a server migrates, either of two may be the one concerned. */
  sendToAll(frame: frames.Frame): void {
    for (const connection of this.all) connection.send([...frame]);
  }

  setRef(yes: boolean): void {
    for (const connection of this.all) connection.setRef(yes);
  }

  /**
   * Returns the closed connections whose requests no later host can still adopt, and forgets them:
   * the caller fails these requests now.
   */
  takeClosed(): ReadonlySet<ClientConnection> {
    const closed = new Set<ClientConnection>();
    for (const connection of [...this.all].reverse()) {
      if (connection.awaitsAdopted) break;
      if (connection.isClosed) closed.add(connection);
    }
    this.all = this.all.filter(
      (connection) => connection === this.current || !closed.has(connection),
    );
    return closed;
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }
}
