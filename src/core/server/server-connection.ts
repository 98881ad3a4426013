/**
 * The server's end of the connection to one client.
 *
 *   open ──BYE from the client──► half-closed
 *     └──KNOCK in place of HELLO──► handshaking ──OPEN of its first client──► handshakes only
 *
 * A half-closed client sends no more messages and no longer keeps the server alive, but it still
 * gets the replies that it waits for. Then both ends say BYE.
 *
 * In `handshaking` the peer has called connect() on this port. Each of its clients gets a port of
 * its own, and this one carries only handshakes. It counts as a client until the first of them has
 * come; from then on it is in `handshakes only`, which counts as half-closed. A half-closed client
 * gets there by a KNOCK, too: its BYE was forwarded before this host had started to read.
 *
 * `closed` is a state of the superclass. This state stays as it was then, because connectionLost()
 * asks whether the lost client counted.
 */
import { withErrors } from '../protocol/pack-errors.js';
import { ownPortIndexes } from '../protocol/own-ports.js';
import { isPortLike, parseHandshake } from '../protocol/validate.js';
import { ReplyConnection } from '../reply/reply-connection.js';
import type { OnDropped, TransportOptions } from '../options.js';
import type { Failure } from '../support/failure.js';
import { liveness, onceIdentified, openTransport } from '../transport/driver.js';
import { closePortsIn } from '../transport/ports.js';
import type { Transport } from '../transport/transport.js';
import * as frames from '../protocol/frames.js';
import type { Lifetime } from './lifetime.js';
import type { MessageCounts } from './message-counts.js';
import type { ConnectionSender } from './sender.js';

/** What a connection needs of the mailbox that it fills. */
export interface ConnectionMailbox {
  /** Messages that each client may have queued; 0: no bound. */
  readonly capacity: number;
  readonly transportOptions: TransportOptions | undefined;
  readonly onDropped: OnDropped | undefined;
  readonly counts: Pick<MessageCounts, 'recordFinish'>;
  readonly lifetime: Pick<Lifetime, 'drained'>;
  /** Whether messages can still be taken here. */
  readonly isOpen: boolean;
  /** Whether clients get their requests back that were not taken before it closed. */
  readonly returnsUnread: boolean;
  /** Whether a further client is served, here or by the new host. */
  readonly acceptsClients: boolean;
  acceptClient(transport: Transport, kind: frames.ClientKind): void;
  receive(connection: ServerConnection, frame: frames.ToServer): void;
  /** Whether this mailbox needs no more frames from this connection. */
  isDoneReading(connection: ServerConnection): boolean;
  /** The connection closed itself, because both ends are done with it. */
  removeConnection(connection: ServerConnection): void;
  connectionLost(connection: ServerConnection): void;
}

type ClientState = 'open' | 'half-closed' | 'handshaking' | 'handshakes only';

export class ServerConnection extends ReplyConnection {
  readonly kind: frames.ClientKind;
  readonly sender: ConnectionSender;
  readonly #mailbox: ConnectionMailbox;
  #queued = 0;
  #state: ClientState = 'open';
  #lastIdSeen = 0;
  #lastIdTaken = 0;
  #owedCredit = 0;
  #isGoAwaySent = false;

  constructor(
    mailbox: ConnectionMailbox,
    transport: Transport,
    kind: frames.ClientKind,
    sender: ConnectionSender,
  ) {
    super(transport, frames.SERVER, mailbox.capacity, mailbox.transportOptions);
    this.#mailbox = mailbox;
    this.kind = kind;
    this.sender = sender;
  }

  /** Messages of this client that are queued in the mailbox. */
  get queued(): number {
    return this.#queued;
  }

  /** Whether no more messages come on this connection. */
  get isHalfClosed(): boolean {
    return this.#state === 'half-closed' || this.#state === 'handshakes only';
  }

  get #isEndpoint(): boolean {
    return this.#state === 'handshaking' || this.#state === 'handshakes only';
  }

  /** Whether this client keeps the server alive. */
  get countsAsClient(): boolean {
    return this.kind !== frames.WEAK && !this.isHalfClosed;
  }

  // ── receiving ──────────────────────────────────────────────────────────────────────────────────

  /** Handles a frame of this client, from this connection or forwarded by the old host. */
  handle(frame: frames.ToServer): void {
    if (frame[0] === frames.CANCEL && this.isPending(frame[1])) this.cancel(frame[1]);
    else if (this.#isAllowed(frame)) this.#mailbox.receive(this, frame);
    else {
      closePortsIn(frame);
      this.refuse('frame not allowed on this kind of connection');
    }
  }

  #isAllowed(frame: frames.ToServer): boolean {
    switch (frame[0]) {
      case frames.POST:
        return this.kind !== frames.WEAK;
      case frames.REQ:
        return this.kind === frames.STRONG && this.#isNewId(frame[1]);
      case frames.UPGRADE:
        return this.kind === frames.WEAK && this.#isNewId(frame[1]);
      case frames.ADD_CLIENT:
        return (
          this.kind === frames.STRONG || (this.kind === frames.POST_ONLY && frame[2] === this.kind)
        );
      default:
        return frame[0] !== frames.HELLO;
    }
  }

  /** Ids must increase: a reused id could receive the reply of another request. */
  #isNewId(id: number): boolean {
    const increases = id > this.#lastIdSeen;
    this.#lastIdSeen = id;
    return increases;
  }

  protected override onHandshake(data: unknown): boolean {
    const [, , kind, name = '', extra] = parseHandshake(data) ?? [];
    if (kind === frames.KNOCK) {
      this.#state = this.isHalfClosed ? 'handshakes only' : 'handshaking';
      // What else comes is the application's, even if it has the shape of a frame.
      this.receive = (later) => {
        this.onHandshake(later);
      };
      this.peer.arrived(typeof extra === 'string' ? extra : undefined);
      onceIdentified(() => {
        this.#answerKnock(name);
      });
    } else if (this.#isEndpoint && kind === frames.LEFT) {
      // A page that may return sends a KNOCK through the same port then.
      if (extra !== true) this.endForLostPeer();
    } else if (this.#isEndpoint && kind === frames.OPEN && isPortLike(extra)) {
      this.#mailbox.acceptClient(openTransport(extra as frames.FramePort), this.kind);
      // From now on that client counts, and it migrates with the server.
      this.#mailbox.receive(this, [frames.BYE]);
      this.#mailbox.receive(this, [frames.REDIRECTED]);
    }
    return this.#isEndpoint;
  }

  #answerKnock(name: string): void {
    const kind = this.#mailbox.acceptsClients ? frames.ANNOUNCE : frames.CLOSED;
    const isActor = false;
    const answer = frames.handshake(kind, name, liveness()?.agentId, isActor);
    this.send(answer as unknown as frames.Frame);
  }

  protected override onBye(): void {
    this.#mailbox.receive(this, [frames.BYE]);
  }

  halfClose(): void {
    this.#state = this.#isEndpoint ? 'handshakes only' : 'half-closed';
    this.sender.end();
    this.closeIfDone();
  }

  protected override onEnd(why: Failure): void {
    super.onEnd(why);
    this.#mailbox.connectionLost(this);
  }

  // ── the messages of this client in the mailbox ─────────────────────────────────────────────────

  onQueued(): void {
    this.#queued++;
  }

  /** A message left the mailbox, and its credit returns. `taken`: its frame, if it was taken. */
  onDequeued(taken?: frames.MessageFrame): void {
    this.#queued--;
    if (taken?.[0] === frames.REQ) this.begin((this.#lastIdTaken = taken[1]));
    if (this.#mailbox.capacity > 0 && this.#owedCredit++ === 0) {
      // One frame returns the credit of all messages that are taken in this microtask turn.
      void Promise.resolve().then(() => {
        this.flushCredit();
      });
    }
    if (this.isHalfClosed) this.closeIfDone();
  }

  flushCredit(): void {
    if (this.#owedCredit > 0) this.send([frames.CREDIT, this.#owedCredit]);
    this.#owedCredit = 0;
  }

  /** A request fails or goes back to its client, and a post is reported as undelivered. */
  rejectMessage(frame: frames.MessageFrame): void {
    if (frame[0] === frames.POST) this.undelivered(frame);
    else if (!this.#returnMessage(frame)) {
      this.send([frames.ERR, frame[1], 'ServerDisappeared']);
      closePortsIn(frame);
    }
  }

  /** Returns false if nothing was sent. */
  #returnMessage([, id, value, ports, errors]: frames.ValueFrame): boolean {
    if (!this.#mailbox.returnsUnread || this.#mailbox.isOpen || this.isClosed) return false;
    if (!this.agreesOn(frames.UNREAD_FEATURE)) return false;
    const own = ports && ownPortIndexes(ports);
    try {
      this.send(frames.valueFrame(frames.UNREAD, id, value, ports, errors, own), ports);
      return true;
    } catch {
      // A port in the message is closed by now.
      return false;
    }
  }

  // ── replies ────────────────────────────────────────────────────────────────────────────────────

  /** Also requests that are queued here, or that the client holds until it has credit. */
  protected override onlyCodeHereAnswers(id: number): boolean {
    return super.onlyCodeHereAnswers(id) || (id > this.#lastIdTaken && this.#mailbox.isOpen);
  }

  override finish(id: number, succeeded = false): void {
    this.#mailbox.counts.recordFinish(succeeded);
    super.finish(id);
  }

  protected onDrained(): void {
    this.closeIfDone();
    this.#mailbox.lifetime.drained.check();
  }

  protected get onDropped(): OnDropped | undefined {
    return this.#mailbox.onDropped;
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  /**
   * Only the first call has an effect. GOAWAY carries the error that ended the server, if there is
   * one and it can be cloned.
   */
  sendGoAway(reason: Failure | undefined): void {
    if (this.#isGoAwaySent) return;
    this.#isGoAwaySent = true;
    const cause = reason?.options?.cause;
    if (cause !== undefined) {
      try {
        withErrors(cause, undefined, (value, errors) => {
          this.send([frames.GOAWAY, value, errors]);
        });
        return;
      } catch {
        // The error cannot be cloned: GOAWAY goes without it.
      }
    }
    this.send([frames.GOAWAY]);
  }

  override close(): void {
    this.sender.end();
    super.close();
  }

  /**
   * Closes the connection once neither end waits for anything on it. An endpoint is only forgotten:
   * its peer would take the close of the port for the death of this agent.
   */
  closeIfDone(): void {
    if (this.isClosed || this.pendingReplies > 0 || !this.#mailbox.isDoneReading(this)) return;
    if (!this.#isEndpoint) {
      this.send([frames.BYE]);
      this.close();
    }
    this.#mailbox.removeConnection(this);
  }
}
