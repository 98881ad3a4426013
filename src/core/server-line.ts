/** A server's end of one client's line. */
import { AnswerLine } from './answers.js';
import type { Failure } from './failure.js';
import { discard, type Link } from './link.js';
import type { Mailbox } from './mailbox.js';
import * as wire from './wire.js';

export class ServerLine extends AnswerLine {
  readonly kind: wire.Kind;
  /** Messages of this client that wait in the mailbox. */
  queued = 0;
  /** The client sends nothing more here; it may still wait for answers. */
  hasLeft = false;
  readonly #mailbox: Mailbox;
  #lastSeen = 0;
  #lastTaken = 0;
  #owedCredit = 0;

  constructor(mailbox: Mailbox, link: Link, kind: wire.Kind) {
    super(link, wire.SERVER, mailbox.capacity);
    this.#mailbox = mailbox;
    this.kind = kind;
  }

  protected override get heartbeat(): number | undefined {
    return this.#mailbox.heartbeat;
  }

  /** Does this client keep the server's loop going? */
  get counts(): boolean {
    return this.kind !== wire.WEAK && !this.hasLeft;
  }

  /** A frame of this client, whichever way it came. */
  act(frame: wire.ToServer): void {
    if (frame[0] === wire.CANCEL && this.waits(frame[1])) this.cancel(frame[1]);
    else if (this.#may(frame)) this.#mailbox.receive(this, frame);
    else {
      discard(frame);
      this.refuse('this port may not do that');
    }
  }

  #may(frame: wire.ToServer): boolean {
    switch (frame[0]) {
      case wire.POST:
        return this.kind !== wire.WEAK;
      case wire.REQ:
        return this.kind === wire.STRONG && this.#rises(frame[1]);
      case wire.UPGRADE:
        return this.kind === wire.WEAK && this.#rises(frame[1]);
      case wire.ADD:
        return (
          this.kind === wire.STRONG || (this.kind === wire.POST_ONLY && frame[2] === this.kind)
        );
      default:
        return frame[0] !== wire.HELLO;
    }
  }

  /** An id that came before could take the answer of another request. */
  #rises(id: number): boolean {
    const rises = id > this.#lastSeen;
    this.#lastSeen = id;
    return rises;
  }

  protected override leave(): void {
    this.#mailbox.receive(this, [wire.BYE]);
  }

  protected override ended(why: Failure): void {
    super.ended(why);
    this.#mailbox.lineLost(this);
  }

  /** Taken and not answered; or it still waits, in the mailbox, or in its client for room there. */
  protected override owes(id: number): boolean {
    return super.owes(id) || (id > this.#lastTaken && this.#mailbox.stopped === undefined);
  }

  override done(id: number, ok?: boolean): void {
    this.#mailbox.owed--;
    if (ok !== true) this.#mailbox.failed++;
    super.done(id);
  }

  protected becameIdle(): void {
    this.closeIfDone();
    this.#mailbox.checkDrained();
  }

  dropped(frame: wire.Frame): void {
    this.#mailbox.dropped(frame);
  }

  /** A message of this client left the mailbox; a request is owed an answer from now on. */
  took(frame?: wire.Message): void {
    this.queued--;
    if (frame !== undefined) this.#mailbox.taken++;
    if (frame?.[0] === wire.REQ) {
      this.#mailbox.owed++;
      this.open((this.#lastTaken = frame[1]));
    }
    if (this.#mailbox.capacity > 0 && this.#owedCredit++ === 0) {
      void Promise.resolve().then(() => {
        this.payCredit();
      });
    }
    if (this.hasLeft) this.closeIfDone();
  }

  payCredit(): void {
    if (this.#owedCredit > 0) this.send([wire.CREDIT, this.#owedCredit]);
    this.#owedCredit = 0;
  }

  /** The line ends once nobody at either end waits for anything on it. */
  closeIfDone(): void {
    if (this.dead || !this.idle || !this.#mailbox.readsNoMore(this)) return;
    this.send([wire.BYE]);
    this.close();
    this.#mailbox.remove(this);
  }
}
