import type { TransportOptions } from '../options.js';
import type { Failure } from '../support/failure.js';
import { Connection } from '../transport/connection.js';
import type { Transport } from '../transport/transport.js';
import type { PendingRequest } from './pending-request.js';
import * as frames from '../protocol/frames.js';

/** What a {@link ClientConnection} needs of its session. */
export interface ConnectionOwner {
  readonly transportOptions: TransportOptions | undefined;
  /** Only the first call has an effect: later hosts, and repliers, call it too. */
  onConnected(capacity: number): void;
  /** The capacity of the mailbox is known before the server's HELLO. The first report counts. */
  onCapacity(capacity: number): void;
  handle(connection: ClientConnection, frame: frames.ToClient): void;
  connectionEnded(connection: ClientConnection, why: Failure): void;
  /**
   * The connection was lost. The endpoint may know why: `done` is called when it has reported that,
   * or soon if it has nothing to report.
   */
  reportExitReason(connection: ClientConnection, done: () => void): void;
}

/** A session's connection to one host of the server, or to the replier of one moved request. */
export class ClientConnection extends Connection {
  /** It leads to the replier of one moved request. */
  readonly isOneShot: boolean;
  /** That request, if its caller still wanted the answer when it moved. */
  readonly onlyRequest: PendingRequest | undefined;
  /** Counts the migrations of the server: a later host has a higher number. */
  hostNumber = 0;
  /** The server has migrated here; until ADOPTED it is unknown which requests came along. */
  awaitsAdopted = false;
  readonly #owner: ConnectionOwner;

  constructor(
    owner: ConnectionOwner,
    transport: Transport,
    oneShot = false,
    onlyRequest?: PendingRequest,
  ) {
    super(transport, oneShot ? frames.CALLER : frames.CLIENT, 0, owner.transportOptions);
    this.#owner = owner;
    this.isOneShot = oneShot;
    this.onlyRequest = onlyRequest;
  }

  protected override onHello(capacity: number): void {
    this.#owner.onConnected(capacity);
  }

  protected override onCapacity(capacity: number): void {
    this.#owner.onCapacity(capacity);
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
