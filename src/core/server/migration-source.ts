/**
 * The old host of a server that was transferred with `transfer()`. Each client is redirected
 * to a new port. Until it has switched, its frames on the old connection are forwarded, and only
 * then does the new host read the new port, so that the order of its messages holds. Requests that
 * were taken before the migration are answered here.
 *
 *   source → client   REDIRECT(port)
 *   client → source   …, REDIRECTED (its last frame on the old connection)
 *   source → target   STATE, CLIENT_PORT…, FORWARD…, CLIENT_DONE…, BYE
 *   target → client   ADOPTED(ids of the requests that were forwarded)
 *
 * The states of the source:
 *
 *   redirecting ──all switched: send BYE──► awaiting bye ──BYE of the target──────┐
 *        └──BYE of the target──► rejecting ──all switched: send BYE──► closed ◄───┘
 *
 * "All switched" means that every client has switched and no further one can come. The target sends
 * BYE when it has read everything (in `awaiting bye`), or when its server has ended (while
 * redirecting). The source then passes on no more clients. In any state the loss of the target
 * closes the source. A client's old connection stays open until the source is closed: if the target
 * is lost before, the client's new port may be lost with it, and then only the source can report
 * it.
 *
 * A server may have thousands of clients, each of which needs a new port. They are redirected in
 * batches, so that the thread can do something else in between. Until the last batch is done, what
 * a client sends or does is queued behind what the mailbox had.
 */
import { eachInBatches } from '../support/batches.js';
import { OrderedTasks } from '../support/ordered-tasks.js';
import type { WorkingPort } from '../support/platform.js';
import * as frames from '../protocol/frames.js';
import { Connection } from '../transport/connection.js';
import { liveness, openTransport } from '../transport/driver.js';
import {
  closePortsIn,
  closeUnusedPort,
  createPeerChannel,
  reportReceiver,
} from '../transport/ports.js';
import type { Lifetime } from './lifetime.js';
import type { ServerConnection } from './server-connection.js';
import type { UnreadMessage } from './unread-messages.js';

/** What a migration needs of the mailbox that it empties. */
export interface MigratingMailbox {
  readonly capacity: number;
  readonly lifetime: Pick<Lifetime, 'keepAlive' | 'acceptor' | 'setRedirecting' | 'markEndKnown'>;
}

/** A batch has fewer of these tasks than of calls, because most tasks make and send two ports. */
const TASK_COST = 2;

interface RedirectedClient {
  readonly key: number;
  /** The requests that were forwarded. */
  readonly ids: number[];
  /** Whether the client has switched, or is lost. */
  hasSwitched: boolean;
  /** The target is lost, and GOAWAY must still be sent to the client. */
  mustLearnLoss: boolean;
}

export class MigrationSource extends Connection {
  readonly #mailbox: MigratingMailbox;
  readonly #clients = new Map<ServerConnection, RedirectedClient>();
  #state: 'redirecting' | 'awaiting bye' | 'rejecting' | 'closed' = 'redirecting';
  #lastKey = 0;
  /** Clients that have not switched. */
  #unswitched = 0;
  /** What happens during redirectAll() is done after it. */
  readonly #tasks = new OrderedTasks(TASK_COST);

  /** The port at the other end of `control` goes to the new host. */
  constructor(mailbox: MigratingMailbox, control: WorkingPort) {
    super(openTransport(control), frames.OLD_HOST);
    this.#mailbox = mailbox;
  }

  /** Begins the migration of everything that the mailbox has; to be called after start(). */
  redirectAll(current: ReadonlySet<ServerConnection>, unread: readonly UnreadMessage[]): void {
    // Connections that were lost may have left posts in the queue.
    const connections = [...new Set([...current, ...unread.map(({ connection }) => connection)])];
    // Clients that count come first, so that the new host is never without one in between.
    connections.sort((a, b) => a.kind - b.kind);
    this.sendState(connections.length > 0 || this.#awaitsFirstClient);
    this.#tasks.divide(
      () => {
        for (const connection of connections) this.redirectClient(connection);
        for (const { connection, frame } of unread) this.forward(connection, frame);
        for (const connection of connections) {
          if (connection.isHalfClosed) this.forward(connection, [frames.BYE]);
          if (connection.isClosed) this.clientDone(connection, true);
        }
      },
      () => {
        if (this.#state === 'closed') this.#closeConnections();
        else this.closeIfAllSwitched();
      },
    );
  }

  get #awaitsFirstClient(): boolean {
    return this.#mailbox.lifetime.acceptor?.awaitsFirstClient === true;
  }

  /** Whether a further client can still be passed on. */
  get acceptsClients(): boolean {
    return this.#state === 'redirecting';
  }

  /**
   * Whether this connection must stay open: the client can still send on it, or must still learn of
   * the loss of the target.
   */
  needs(connection: ServerConnection): boolean {
    const client = this.#clients.get(connection);
    if (client === undefined) return false;
    const isClosed = this.#state === 'closed' && this.#tasks.isIdle;
    return !client.hasSwitched || !isClosed || client.mustLearnLoss;
  }

  /** The connection is closed. */
  forget(connection: ServerConnection): void {
    this.#tasks.add(() => {
      const client = this.#clients.get(connection);
      if (client === undefined) return;
      this.#markSwitched(client);
      this.#clients.delete(connection);
    });
  }

  // ── clients ────────────────────────────────────────────────────────────────────────────────────

  /** Sent again when the settings come from a host before this one. */
  sendState(expectsFirst = this.#unswitched > 0 || this.#awaitsFirstClient): void {
    const { capacity, lifetime } = this.#mailbox;
    this.send([frames.STATE, capacity, lifetime.keepAlive, expectsFirst]);
  }

  redirectClient(connection: ServerConnection): void {
    const key = ++this.#lastKey;
    this.#clients.set(connection, { key, ids: [], hasSwitched: false, mustLearnLoss: false });
    if (this.#unswitched++ === 0) this.#mailbox.lifetime.setRedirecting(true);
    this.#tasks.add(() => {
      if (this.#state !== 'closed') this.#redirect(connection, key);
    });
  }

  #redirect(connection: ServerConnection, key: number): void {
    const { port1, port2 } = createPeerChannel(connection.peer);
    this.send([frames.CLIENT_PORT, key, port2, connection.kind], [port2]);
    connection.flushCredit();
    if (connection.isClosed) closeUnusedPort(port1);
    else connection.send([frames.REDIRECT, port1], [port1]);
  }

  forward(connection: ServerConnection, frame: frames.ToServer): void {
    this.#tasks.add(() => {
      this.#forward(connection, frame);
    });
  }

  #forward(connection: ServerConnection, frame: frames.ToServer): void {
    const client = this.#clients.get(connection);
    if (frame[0] === frames.REDIRECTED) this.#clientDone(connection, false);
    else if (client?.hasSwitched !== false) this.#drop(connection, frame, 'ServerDisappeared');
    else {
      try {
        // The client at its other end must learn which agent the port is sent to.
        if (frame[0] === frames.ADD_CLIENT) reportReceiver(frame[1], this.peer);
        this.send([frames.FORWARD, client.key, frame], frames.transferOf(frame));
        if (frame[0] === frames.REQ) client.ids.push(frame[1]);
      } catch {
        // A port in the frame is closed, or the client's transfer list is invalid.
        this.#drop(connection, frame, 'DataClone');
      }
    }
  }

  #drop(connection: ServerConnection, frame: frames.ToServer, code: string): void {
    if (frame[0] === frames.REQ) connection.send([frames.ERR, frame[1], code]);
    if (frame[0] === frames.POST) connection.undelivered(frame);
    else closePortsIn(frame);
  }

  clientDone(connection: ServerConnection, lost: boolean): void {
    this.#tasks.add(() => {
      this.#clientDone(connection, lost);
    });
  }

  #clientDone(connection: ServerConnection, lost: boolean): void {
    const client = this.#clients.get(connection);
    if (client?.hasSwitched !== false) return;
    this.#markSwitched(client);
    this.send([frames.CLIENT_DONE, client.key, lost]);
    connection.closeIfDone();
    this.closeIfAllSwitched();
  }

  #markSwitched(client: RedirectedClient): void {
    if (client.hasSwitched) return;
    client.hasSwitched = true;
    if (--this.#unswitched === 0) this.#mailbox.lifetime.setRedirecting(false);
  }

  /** Says BYE if every client has switched and no further one can come. */
  closeIfAllSwitched(): void {
    if (this.#unswitched > 0 || !this.#tasks.isIdle) return;
    if (this.#state === 'redirecting' && this.#mailbox.lifetime.acceptor === undefined) {
      this.#state = 'awaiting bye';
      this.send([frames.BYE]);
    } else if (this.#state === 'rejecting') {
      this.send([frames.BYE]);
      this.#becomeClosed();
    }
  }

  #becomeClosed(): void {
    this.#state = 'closed';
    this.close();
    this.#closeConnections();
  }

  #closeConnections(): void {
    eachInBatches([...this.#clients.keys()], (connection) => {
      connection.closeIfDone();
    });
  }

  // ── the target ─────────────────────────────────────────────────────────────────────────────────

  /**
   * Firefox may lose the frames that were sent before the target's HELLO. If the source's own HELLO
   * is among them, the target gets PING as its first frame and refuses the connection; without PING
   * it would wait without end.
   */
  protected override onHello(): void {
    if (liveness() !== undefined) this.ping(() => undefined);
  }

  protected handle(): void {
    // The target sends HELLO, BYE and REFUSE only.
  }

  protected override onBye(): void {
    const wasAwaitingBye = this.#state === 'awaiting bye';
    if (!wasAwaitingBye) this.#state = 'rejecting';
    this.#mailbox.lifetime.markEndKnown();
    if (wasAwaitingBye) this.#becomeClosed();
    else this.closeIfAllSwitched();
  }

  /** The target is lost, and with it the frames that were forwarded. */
  protected onEnd(): void {
    this.#state = 'closed';
    this.#mailbox.lifetime.markEndKnown();
    const clients = [...this.#clients];
    for (const [, client] of clients) {
      this.#markSwitched(client);
      client.mustLearnLoss = true;
    }
    eachInBatches(clients, ([connection, client]) => {
      client.mustLearnLoss = false;
      for (const id of client.ids) connection.send([frames.ERR, id, 'ServerDisappeared']);
      connection.send([frames.GOAWAY]);
      connection.closeIfDone();
    });
  }
}
