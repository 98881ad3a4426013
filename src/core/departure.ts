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
import { Line } from './line.js';
import { discard, hangUp, life, linkOver, newLine } from './link.js';
import type { Mailbox } from './mailbox.js';
import { type WorkingPort } from './platform.js';
import type { ServerLine } from './server-line.js';
import * as wire from './wire.js';

interface Moved {
  readonly key: number;
  /** The requests that were passed on. */
  readonly ids: number[];
  /** The client has switched, or is gone. */
  ended: boolean;
}

export class Departure extends Line {
  readonly #mailbox: Mailbox;
  readonly #lines = new Map<ServerLine, Moved>();
  #lastKey = 0;
  /** Lines whose clients have not switched. */
  #moving = 0;
  /** All has been passed on; the new home answers once it has read it. */
  #saidBye = false;
  /** The new home has ended: it answers what it has, and takes no further client. */
  #refusing = false;

  /** Starts the move; the port at the other end of `control` goes to the new home. */
  constructor(mailbox: Mailbox, control: WorkingPort) {
    super(linkOver(control), wire.OLD);
    this.#mailbox = mailbox;
    this.start();
    const { lines, unread } = mailbox.depart(this);
    // Those that count come first, so that the new home is never without clients in between.
    lines.sort((a, b) => a.kind - b.kind);
    this.tellState(lines.length > 0 || mailbox.source?.expectsFirst === true);
    for (const line of lines) this.move(line);
    for (const { line, frame } of unread) this.relay(line, frame);
    for (const line of lines) {
      if (line.hasLeft) this.relay(line, [wire.BYE]);
      if (line.dead) this.lineEnded(line, true);
    }
    this.finishIfDone();
  }

  /** This thread must live on: some client has not switched. */
  get busy(): boolean {
    return this.#moving > 0;
  }

  /** Can it take one more client along? */
  get open(): boolean {
    return !this.dead && !this.#refusing;
  }

  /**
   * May frames of this client still come by this line, or has he to hear what becomes of the new
   * home?
   */
  needs(line: ServerLine): boolean {
    const moved = this.#lines.get(line);
    return moved !== undefined && !(moved.ended && this.dead);
  }

  /** Nobody waits for anything on this line any more. */
  forget(line: ServerLine): void {
    const moved = this.#lines.get(line);
    if (moved === undefined) return;
    this.#leaves(moved);
    this.#lines.delete(line);
  }

  // ── clients ────────────────────────────────────────────────────────────────────────────────────

  /** What it says may be news from an older home. */
  tellState(expectsFirst = this.busy || this.#mailbox.source?.expectsFirst === true): void {
    const { capacity, keepAlive } = this.#mailbox;
    this.send([wire.STATE, capacity, keepAlive, expectsFirst]);
  }

  move(line: ServerLine): void {
    if (this.dead) return;
    const { port1, port2 } = newLine(line.peer);
    const key = ++this.#lastKey;
    this.#lines.set(line, { key, ids: [], ended: false });
    this.#moving++;
    this.send([wire.LINE, key, port2, line.kind], [port2]);
    line.payCredit();
    if (line.dead) hangUp(port1);
    else line.send([wire.SWITCH, port1], [port1]);
  }

  relay(line: ServerLine, frame: wire.ToServer): void {
    const moved = this.#lines.get(line);
    if (frame[0] === wire.SWITCHED) this.lineEnded(line, false);
    else if (moved?.ended !== false) this.#drop(line, frame, 'ServerDisappeared');
    else {
      try {
        this.send([wire.FWD, moved.key, frame], wire.carried(frame));
        if (frame[0] === wire.REQ) moved.ids.push(frame[1]);
      } catch {
        // A port in it has died, or its list of what moves along is no such list.
        this.#drop(line, frame, 'DataClone');
      }
    }
  }

  #drop(line: ServerLine, frame: wire.ToServer, code: string): void {
    if (frame[0] === wire.REQ) line.send([wire.ERR, frame[1], code]);
    if (frame[0] === wire.POST) this.#mailbox.dropped(frame);
    else discard(frame);
  }

  lineEnded(line: ServerLine, lost: boolean): void {
    const moved = this.#lines.get(line);
    if (moved?.ended !== false) return;
    this.#leaves(moved);
    this.send([wire.END, moved.key, lost]);
    line.closeIfDone();
    this.finishIfDone();
  }

  #leaves(moved: Moved): void {
    if (!moved.ended) this.#moving--;
    moved.ended = true;
  }

  /**
   * Nothing more to pass on: no line that has not switched, and nowhere that a client could come
   * from.
   */
  finishIfDone(): void {
    this.#mailbox.updateHold();
    if (this.busy || (this.#mailbox.source !== undefined && !this.#refusing)) return;
    if (!this.#saidBye) this.send([wire.BYE]);
    this.#saidBye = true;
    if (!this.#refusing) return;
    this.close();
    for (const line of this.#lines.keys()) line.closeIfDone();
  }

  // ── the new home ───────────────────────────────────────────────────────────────────────────────

  /**
   * Firefox may lose what was sent before: whoever has not heard our hello refuses anything else.
   */
  protected override greet(): void {
    if (life() !== undefined) this.send([wire.PING]);
  }

  protected act(): void {
    // Only HELLO, BYE and REFUSE come from there.
  }

  /** The new home has read all there is, or has ended itself. */
  protected override leave(): void {
    this.#refusing = true;
    this.#mailbox.ended();
    this.finishIfDone();
  }

  /** The new home is gone: what was passed on to it is lost, and its callers must hear of it. */
  protected ended(): void {
    this.#mailbox.ended();
    for (const [line, moved] of this.#lines) {
      this.#leaves(moved);
      for (const id of moved.ids) line.send([wire.ERR, id, 'ServerDisappeared']);
      line.send([wire.GONE]);
      line.closeIfDone();
    }
    this.#mailbox.updateHold();
  }
}
