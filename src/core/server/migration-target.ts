/**
 * The new host of a server that was transferred; migration-source.ts describes the protocol.
 *
 *   receiving ──this server ends: send BYE──► stopping ──BYE of the source, or its loss──► closed
 *       └──BYE of the source: send BYE; or its loss────────────────────────────────────────┘
 *
 * While stopping, the source forwards what it still has but passes on no further client.
 */
import type { Failure } from '../support/failure.js';
import type { WorkingPort } from '../support/platform.js';
import * as frames from '../protocol/frames.js';
import { parseFrame } from '../protocol/validate.js';
import { Connection } from '../transport/connection.js';
import { openTransport } from '../transport/driver.js';
import { trackArrived } from '../transport/port-holders.js';
import { closePortsIn } from '../transport/ports.js';
import type { Acceptor } from './lifetime.js';
import type { Mailbox } from './mailbox.js';
import type { ServerConnection } from './server-connection.js';

interface AdoptedClient {
  readonly connection: ServerConnection;
  /** Its requests that were forwarded. */
  readonly ids: number[];
}

export class MigrationTarget extends Connection implements Acceptor {
  readonly #mailbox: Mailbox;
  /** Clients that may still send to the source. Their connections are not started yet. */
  readonly #clients = new Map<number, AdoptedClient>();
  #state: 'receiving' | 'stopping' | 'closed' = 'receiving';
  #awaitsFirstClient = true;

  constructor(mailbox: Mailbox, port: WorkingPort) {
    super(openTransport(port), frames.NEW_HOST);
    this.#mailbox = mailbox;
  }

  override start(): void {
    this.#mailbox.early.hold();
    this.#mailbox.lifetime.setAcceptor(this, () => {
      this.#stop();
    });
    super.start();
  }

  get awaitsFirstClient(): boolean {
    return this.#awaitsFirstClient;
  }

  protected handle(frame: frames.ToNewHost): void {
    switch (frame[0]) {
      case frames.STATE:
        this.#awaitsFirstClient = frame[3];
        this.#mailbox.adoptSettings(frame[1], frame[2]);
        break;
      case frames.CLIENT_PORT:
        this.#addClient(frame);
        this.#awaitsFirstClient = false;
        break;
      case frames.FORWARD:
        this.#onForwarded(frame[1], frame[2]);
        break;
      case frames.CLIENT_DONE:
        this.#clientDone(frame[1], frame[2]);
        break;
      default:
        this.refuse();
    }
    if (!this.#awaitsFirstClient) this.#mailbox.lifetime.endReservation();
  }

  /** A key that is in use belongs to another client from now on: the old one counts as switched. */
  #addClient([, key, port, kind]: frames.ClientPort): void {
    this.#clientDone(key, false);
    const { endReason } = this.#mailbox.lifetime;
    // The application has learned that the server has ended: this client comes too late.
    if (this.#state === 'stopping' && endReason !== undefined) this.#mailbox.close(endReason);
    const connection = this.#mailbox.addConnection(openTransport(port), kind);
    connection.peer.takeHolderFrom(this.peer);
    this.#clients.set(key, { connection, ids: [] });
  }

  #onForwarded(key: number, data: unknown): void {
    const client = this.#clients.get(key);
    const frame = parseFrame(data, frames.SERVER) as frames.ToServer | undefined;
    if (client === undefined || frame === undefined) closePortsIn(data);
    else {
      if (frame[0] === frames.REQ) client.ids.push(frame[1]);
      if (frame.length > frames.OWN_PORTS) trackArrived(frame, this.peer.agentId);
      client.connection.handle(frame);
    }
  }

  /** All further frames of the client come on its new connection, which is started now. */
  #clientDone(key: number, lost: boolean): void {
    const client = this.#clients.get(key);
    if (client === undefined) return;
    this.#clients.delete(key);
    const { connection, ids } = client;
    connection.flushCredit();
    connection.send([frames.ADOPTED, ids, connection.queued]);
    connection.start();
    if (lost) connection.endForLostPeer();
    else connection.closeIfDone();
  }

  /** This server has ended. */
  #stop(): void {
    if (this.#state !== 'receiving') return;
    this.#state = 'stopping';
    this.send([frames.BYE]);
  }

  /** The source has passed on everything it had. */
  protected override onBye(): void {
    this.#stop();
    this.close();
    this.#becomeClosed();
  }

  /** The source is lost, and with it everything that it had not passed on. */
  protected onEnd(why: Failure): void {
    if (why.code === 'Protocol') this.#mailbox.close(why);
    this.#becomeClosed();
  }

  #becomeClosed(): void {
    this.#state = 'closed';
    for (const key of this.#clients.keys()) this.#clientDone(key, false);
    this.#awaitsFirstClient = false;
    this.#mailbox.early.acceptAll();
    this.#mailbox.acceptorDone();
  }
}
