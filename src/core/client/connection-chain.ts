/**
 * The carriers of a client's line: usually one for its whole life. When the server moves, the line
 * switches to a second one; the first stays until its home has answered what it took.
 */
import { ClientConnection, type ConnectionOwner } from './client-connection.js';
import type { Transport } from '../transport/transport.js';
import { closeUnusedPort } from '../transport/ports.js';
import type { WorkingPort } from '../support/platform.js';
import * as frames from '../protocol/frames.js';

export class ConnectionChain {
  /** Where new frames go. */
  current: ClientConnection;
  readonly first: ClientConnection;
  readonly #owner: ConnectionOwner;
  /** In the order of the server's homes; those that can still answer something. */
  all: ClientConnection[];

  constructor(owner: ConnectionOwner, transport: Transport) {
    this.#owner = owner;
    this.first = this.current = new ClientConnection(owner, transport);
    this.all = [this.first];
  }

  /** The server moves: this is the last frame by the old way. */
  redirect(transport: Transport): void {
    const { peerId } = this.current;
    this.current.send([frames.REDIRECTED]);
    const connection = new ClientConnection(this.#owner, transport);
    connection.hostNumber = this.current.hostNumber + 1;
    connection.awaitsAdopted = true;
    this.current = connection;
    this.all.push(connection);
    if (peerId !== undefined) connection.watchHolder(peerId);
  }

  addClient(port: WorkingPort, kind: frames.ClientKind): void {
    try {
      if (this.current.isClosed) closeUnusedPort(port);
      else this.current.send([frames.ADD_CLIENT, port, kind], [port]);
    } catch {
      // Whoever was given the other end is dead by now: nobody's client.
    }
  }

  /** The one that was switched to from there. */
  after(connection: ClientConnection): ClientConnection | undefined {
    return this.all[this.all.indexOf(connection) + 1];
  }

  /** To all: while a server moves, either home may be the one that it concerns. */
  send(frame: frames.Frame): void {
    for (const connection of this.all) connection.send([...frame]);
  }

  setRef(yes: boolean): void {
    for (const connection of this.all) connection.setRef(yes);
  }

  /** Those that are dead, and no later home can say any more that it has their requests. */
  deadConnections(): ReadonlySet<ClientConnection> {
    const lost = new Set<ClientConnection>();
    for (const connection of [...this.all].reverse()) {
      if (connection.awaitsAdopted) break;
      if (connection.isClosed) lost.add(connection);
    }
    return lost;
  }

  /** These can answer nothing any more, and what was to be answered there has failed. */
  remove(lost: ReadonlySet<ClientConnection>): void {
    this.all = this.all.filter(
      (connection) => connection === this.current || !lost.has(connection),
    );
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }
}
