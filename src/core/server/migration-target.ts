/** The new home of a server that was given away; departure.ts tells the whole story. */
import type { Failure } from '../support/failure.js';
import { trackArrived } from '../transport/port-holders.js';
import { parseFrame } from '../protocol/validate.js';
import { Connection } from '../transport/connection.js';
import type { Acceptor } from './lifetime.js';
import { openTransport } from '../transport/driver.js';
import { closePortsIn } from '../transport/ports.js';
import type { Mailbox } from './mailbox.js';
import type { WorkingPort } from '../support/platform.js';
import type { ServerConnection } from './server-connection.js';
import * as frames from '../protocol/frames.js';

export class MigrationTarget extends Connection implements Acceptor {
  readonly #mailbox: Mailbox;
  /** Lines whose old frames still come, with the requests among them. */
  readonly #clients = new Map<number, { connection: ServerConnection; ids: number[] }>();
  /** Until the first client is here, one counts as being here. */
  readonly #release: () => void;
  awaitsFirstClient = true;
  #byeSent = false;

  constructor(mailbox: Mailbox, port: WorkingPort) {
    super(openTransport(port), frames.NEW_HOST);
    this.#mailbox = mailbox;
    this.#release = mailbox.reserve();
    mailbox.acceptor = this;
    this.start();
  }

  protected handle(frame: frames.ToNewHost): void {
    switch (frame[0]) {
      case frames.STATE:
        [, this.#mailbox.capacity, this.#mailbox.keepAlive, this.awaitsFirstClient] = frame;
        this.#mailbox.migration?.sendState();
        break;
      case frames.CLIENT_PORT:
        this.#addClient(frame);
        this.awaitsFirstClient = false;
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
    if (!this.awaitsFirstClient) this.#release();
  }

  #addClient([, key, port, kind]: frames.ClientPort): void {
    this.#clientDone(key, false);
    const connection = this.#mailbox.addConnection(openTransport(port), kind);
    this.#clients.set(key, { connection, ids: [] });
    // Given away again, before this client was here: he goes after it.
    this.#mailbox.migration?.moveClient(connection);
  }

  #onForwarded(key: number, data: unknown): void {
    const moved = this.#clients.get(key);
    const frame = parseFrame(data, frames.SERVER) as frames.ToServer | undefined;
    if (moved === undefined || frame === undefined) closePortsIn(data);
    else {
      if (frame[0] === frames.REQ) moved.ids.push(frame[1]);
      if (frame.length > frames.OWN_PORTS) trackArrived(frame);
      moved.connection.handle(frame);
    }
  }

  /** From here on the client's frames come by his new line. */
  #clientDone(key: number, lost: boolean): void {
    const moved = this.#clients.get(key);
    if (moved === undefined) return;
    this.#clients.delete(key);
    const { connection, ids } = moved;
    connection.flushCredit();
    connection.send([frames.ADOPTED, ids, connection.queued]);
    connection.start();
    if (lost) connection.peerLost();
    else connection.closeIfDone();
  }

  /** The old home has passed on all it had. */
  protected override onBye(): void {
    this.stop();
    this.close();
    for (const key of this.#clients.keys()) this.#clientDone(key, false);
    this.awaitsFirstClient = false;
    this.#release();
    this.#mailbox.acceptorDone();
  }

  /** The old home is gone, and what it had not passed on with it. */
  protected onEnd(why: Failure): void {
    if (why.code === 'Protocol') this.#mailbox.close(why);
    this.onBye();
  }

  /** This server has ended: the old home passes on what it still has, and sends no more clients. */
  stop(): void {
    if (!this.#byeSent) this.send([frames.BYE]);
    this.#byeSent = true;
  }
}
