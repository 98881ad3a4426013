import type { Failure } from '../support/failure.js';
import { Connection } from '../transport/connection.js';
import type { Transport } from '../transport/transport.js';
import type { PendingRequest } from './pending-request.js';
import * as frames from '../protocol/frames.js';

export interface ConnectionOwner {
  readonly heartbeat: number | undefined;
  onConnected(capacity: number): void;
  /** Whatever made this line knew how many messages the server has room for. */
  onCapacity(capacity: number): void;
  handle(connection: ClientConnection, frame: frames.ToClient): void;
  connectionEnded(connection: ClientConnection, why: Failure): void;
  /**
   * Whoever may know more about a line that was lost; calls `tell` at the latest when he does not.
   */
  reportExitReason(connection: ClientConnection, tell: () => void): void;
}

/** What a client's line rides on: one link, and what is known of the home at its other end. */
export class ClientConnection extends Connection {
  /** For the answer to one moved request, by a port of its own. */
  readonly isOneShot: boolean;
  /** That request, if its caller still wanted an answer when it moved. */
  readonly onlyRequest: PendingRequest | undefined;
  /** Later homes of a server have higher ones. */
  hostNumber = 0;
  /** The server moved here; which requests came along is not known before TAKEN. */
  awaitsAdopted = false;
  readonly #owner: ConnectionOwner;

  constructor(
    owner: ConnectionOwner,
    transport: Transport,
    oneShot = false,
    only?: PendingRequest,
  ) {
    super(transport, oneShot ? frames.CALLER : frames.CLIENT);
    this.#owner = owner;
    this.isOneShot = oneShot;
    this.onlyRequest = only;
    this.start();
  }

  protected override get heartbeat(): number | undefined {
    return this.#owner.heartbeat;
  }

  protected override onHello(capacity: number): void {
    if (!this.isOneShot) this.#owner.onConnected(capacity);
  }

  protected override onCapacity(capacity: number): void {
    if (!this.isOneShot) this.#owner.onCapacity(capacity);
  }

  protected handle(frame: frames.Frame): void {
    this.#owner.handle(this, frame as frames.ToClient);
  }

  override peerLost(): void {
    this.#owner.reportExitReason(this, () => {
      super.peerLost();
    });
  }

  protected onEnd(why: Failure): void {
    this.awaitsAdopted = false;
    this.#owner.connectionEnded(this, why);
  }
}
