/**
 * The old home of a server that was given away. Each client is told to switch to a new port; until
 * he has, what he sends by the old line is passed on, and only then does the new home read the new
 * one, so that the order of his messages holds. What was taken from the mailbox before stays
 * answerable here.
 *
 *   old → client       SWITCH(port)              client → old     …, SWITCHED (his last frame here)
 *   old → new home     STATE, LINE…, FWD…, END   new home → client   TAKEN(ids that came along)
 *
 * The old line stays until the new home has read all: if that is lost before, so may be the
 * client's new port, and nobody but the old home can tell him.
 */
import { Connection } from '../transport/connection.js';
import { liveness, openTransport } from '../transport/driver.js';
import { closePortsIn, closeUnusedPort, createPeerChannel } from '../transport/ports.js';
import type { Mailbox } from './mailbox.js';
import { type WorkingPort } from '../support/platform.js';
import type { ServerConnection } from './server-connection.js';
import * as frames from '../protocol/frames.js';

interface MovedClient {
  readonly key: number;
  /** The requests that were passed on. */
  readonly ids: number[];
  /** The client has switched, or is gone. */
  isDone: boolean;
}

export class MigrationSource extends Connection {
  readonly #mailbox: Mailbox;
  readonly #clients = new Map<ServerConnection, MovedClient>();
  #lastKey = 0;
  /** Lines whose clients have not switched. */
  #redirecting = 0;
  /** All has been passed on; the new home answers once it has read it. */
  #byeSent = false;
  /** The new home has ended: it answers what it has, and takes no further client. */
  #targetEnded = false;

  /** Starts the move; the port at the other end of `control` goes to the new home. */
  constructor(mailbox: Mailbox, control: WorkingPort) {
    super(openTransport(control), frames.OLD_HOST);
    this.#mailbox = mailbox;
    this.start();
    const { connections: connections, unread } = mailbox.startMigration(this);
    // Those that count come first, so that the new home is never without clients in between.
    connections.sort((a, b) => a.kind - b.kind);
    this.sendState(connections.length > 0 || mailbox.acceptor?.awaitsFirstClient === true);
    for (const connection of connections) this.moveClient(connection);
    for (const { connection: connection, frame } of unread) this.forward(connection, frame);
    for (const connection of connections) {
      if (connection.saidBye) this.forward(connection, [frames.BYE]);
      if (connection.isClosed) this.clientDone(connection, true);
    }
    this.finishIfDone();
  }

  /** This thread must live on: some client has not switched. */
  get isRedirecting(): boolean {
    return this.#redirecting > 0;
  }

  /** Can it take one more client along? */
  get acceptsClients(): boolean {
    return !this.isClosed && !this.#targetEnded;
  }

  /**
   * May frames of this client still come by this line, or has he to hear what becomes of the new
   * home?
   */
  needs(connection: ServerConnection): boolean {
    const moved = this.#clients.get(connection);
    return moved !== undefined && !(moved.isDone && this.isClosed);
  }

  /** Nobody waits for anything on this line any more. */
  forget(connection: ServerConnection): void {
    const moved = this.#clients.get(connection);
    if (moved === undefined) return;
    this.#markDone(moved);
    this.#clients.delete(connection);
  }

  // ── clients ────────────────────────────────────────────────────────────────────────────────────

  /** What it says may be news from an older home. */
  sendState(
    expectsFirst = this.isRedirecting || this.#mailbox.acceptor?.awaitsFirstClient === true,
  ): void {
    const { capacity, keepAlive } = this.#mailbox;
    this.send([frames.STATE, capacity, keepAlive, expectsFirst]);
  }

  moveClient(connection: ServerConnection): void {
    if (this.isClosed) return;
    const { port1, port2 } = createPeerChannel(connection.peerId);
    const key = ++this.#lastKey;
    this.#clients.set(connection, { key, ids: [], isDone: false });
    this.#redirecting++;
    this.send([frames.CLIENT_PORT, key, port2, connection.kind], [port2]);
    connection.flushCredit();
    if (connection.isClosed) closeUnusedPort(port1);
    else connection.send([frames.REDIRECT, port1], [port1]);
  }

  forward(connection: ServerConnection, frame: frames.ToServer): void {
    const moved = this.#clients.get(connection);
    if (frame[0] === frames.REDIRECTED) this.clientDone(connection, false);
    else if (moved?.isDone !== false) this.#drop(connection, frame, 'ServerDisappeared');
    else {
      try {
        this.send([frames.FORWARD, moved.key, frame], frames.transferOf(frame));
        if (frame[0] === frames.REQ) moved.ids.push(frame[1]);
      } catch {
        // A port in it has died, or its list of what moves along is no such list.
        this.#drop(connection, frame, 'DataClone');
      }
    }
  }

  #drop(connection: ServerConnection, frame: frames.ToServer, code: string): void {
    if (frame[0] === frames.REQ) connection.send([frames.ERR, frame[1], code]);
    if (frame[0] === frames.POST) this.#mailbox.undelivered(frame);
    else closePortsIn(frame);
  }

  clientDone(connection: ServerConnection, lost: boolean): void {
    const moved = this.#clients.get(connection);
    if (moved?.isDone !== false) return;
    this.#markDone(moved);
    this.send([frames.CLIENT_DONE, moved.key, lost]);
    connection.closeIfDone();
    this.finishIfDone();
  }

  #markDone(moved: MovedClient): void {
    if (!moved.isDone) this.#redirecting--;
    moved.isDone = true;
  }

  /**
   * Nothing more to pass on: no line that has not switched, and nowhere that a client could come
   * from.
   */
  finishIfDone(): void {
    this.#mailbox.updateRef();
    if (this.isRedirecting || (this.#mailbox.acceptor !== undefined && !this.#targetEnded)) return;
    if (!this.#byeSent) this.send([frames.BYE]);
    this.#byeSent = true;
    if (!this.#targetEnded) return;
    this.close();
    for (const connection of this.#clients.keys()) connection.closeIfDone();
  }

  // ── the new home ───────────────────────────────────────────────────────────────────────────────

  /**
   * Firefox may lose what was sent before: whoever has not heard our hello refuses anything else.
   */
  protected override onHello(): void {
    if (liveness() !== undefined) this.send([frames.PING]);
  }

  protected handle(): void {
    // Only HELLO, BYE and REFUSE come from there.
  }

  /** The new home has read all there is, or has ended itself. */
  protected override onBye(): void {
    this.#targetEnded = true;
    this.#mailbox.notifyEnd();
    this.finishIfDone();
  }

  /** The new home is gone: what was passed on to it is lost, and its callers must hear of it. */
  protected onEnd(): void {
    this.#mailbox.notifyEnd();
    for (const [connection, moved] of this.#clients) {
      this.#markDone(moved);
      for (const id of moved.ids) connection.send([frames.ERR, id, 'ServerDisappeared']);
      connection.send([frames.GOAWAY]);
      connection.closeIfDone();
    }
    this.#mailbox.updateRef();
  }
}
