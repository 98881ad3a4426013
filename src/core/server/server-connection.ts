/** A server's end of one client's line. */
import { ReplyConnection } from '../reply/reply-connection.js';
import type { Failure } from '../support/failure.js';
import type { Transport } from '../transport/transport.js';
import { closePortsIn } from '../transport/ports.js';
import type { Mailbox } from './mailbox.js';
import * as frames from '../protocol/frames.js';

export class ServerConnection extends ReplyConnection {
  readonly kind: frames.ClientKind;
  /** Messages of this client that wait in the mailbox. */
  queued = 0;
  /** The client sends nothing more here; it may still wait for answers. */
  saidBye = false;
  readonly #mailbox: Mailbox;
  #lastSeen = 0;
  #lastTaken = 0;
  #owedCredit = 0;

  constructor(mailbox: Mailbox, transport: Transport, kind: frames.ClientKind) {
    super(transport, frames.SERVER, mailbox.capacity);
    this.#mailbox = mailbox;
    this.kind = kind;
  }

  protected override get heartbeat(): number | undefined {
    return this.#mailbox.heartbeat;
  }

  /** Does this client keep the server's loop going? */
  get countsAsClient(): boolean {
    return this.kind !== frames.WEAK && !this.saidBye;
  }

  /** A frame of this client, whichever way it came. */
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

  /** An id that came before could take the answer of another request. */
  #isNewId(id: number): boolean {
    const rises = id > this.#lastSeen;
    this.#lastSeen = id;
    return rises;
  }

  protected override onBye(): void {
    this.#mailbox.receive(this, [frames.BYE]);
  }

  protected override onEnd(why: Failure): void {
    super.onEnd(why);
    this.#mailbox.connectionLost(this);
  }

  /** Taken and not answered; or it still waits, in the mailbox, or in its client for room there. */
  protected override owesReply(id: number): boolean {
    return (
      super.owesReply(id) || (id > this.#lastTaken && this.#mailbox.closedReason === undefined)
    );
  }

  override finish(id: number, ok?: boolean): void {
    this.#mailbox.pendingReplies--;
    if (ok !== true) this.#mailbox.failed++;
    super.finish(id);
  }

  protected onIdle(): void {
    this.closeIfDone();
    this.#mailbox.checkDrained();
  }

  undelivered(frame: frames.Frame): void {
    this.#mailbox.undelivered(frame);
  }

  /** A message of this client left the mailbox; a request is owed an answer from now on. */
  onTaken(frame?: frames.MessageFrame): void {
    this.queued--;
    if (frame !== undefined) this.#mailbox.taken++;
    if (frame?.[0] === frames.REQ) {
      this.#mailbox.pendingReplies++;
      this.begin((this.#lastTaken = frame[1]));
    }
    if (this.#mailbox.capacity > 0 && this.#owedCredit++ === 0) {
      void Promise.resolve().then(() => {
        this.flushCredit();
      });
    }
    if (this.saidBye) this.closeIfDone();
  }

  flushCredit(): void {
    if (this.#owedCredit > 0) this.send([frames.CREDIT, this.#owedCredit]);
    this.#owedCredit = 0;
  }

  /** The line ends once nobody at either end waits for anything on it. */
  closeIfDone(): void {
    if (this.isClosed || !this.isIdle || !this.#mailbox.readsNoMore(this)) return;
    this.send([frames.BYE]);
    this.close();
    this.#mailbox.removeConnection(this);
  }
}
