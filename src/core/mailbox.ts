/**
 * What stands behind a Server: the queue of unread messages, the lines they come by, and who waits.
 * How long it goes on is told in lifetime.ts.
 */
import type { Departure } from './departure.js';
import { reportDropped } from './dropped.js';
import { withErrors } from './error-values.js';
import { Failure } from './failure.js';
import { give } from './given.js';
import type { Forgettable } from './handle.js';
import { Lifetime } from './lifetime.js';
import { discard, linkOver, newChannel, type Link } from './link.js';
import type { AnyMessage } from './message.js';
import type { OnDropped } from './options.js';
import { openContext } from './reply.js';
import { ServerLine } from './server-line.js';
import { Unread, type UnreadMessage } from './unread.js';
import { valueOf } from './values.js';
import { Waiters } from './waiters.js';
import * as wire from './wire.js';

export class Mailbox extends Lifetime implements Forgettable {
  /** Messages each line may have waiting; 0: no bound. */
  capacity: number;
  readonly onDropped: OnDropped | undefined;
  readonly heartbeat: number | undefined;
  readonly waiters = new Waiters(this);
  readonly unread = new Unread();
  /** Answers that are owed on any line. */
  owed = 0;
  /** Messages that were taken so far, and those of them that came to no good end. */
  taken = 0;
  failed = 0;

  constructor(capacity = 0, keepAlive = false, onDropped?: OnDropped, heartbeat?: number) {
    super();
    this.capacity = capacity;
    this.keepAlive = keepAlive;
    this.onDropped = onDropped;
    this.heartbeat = heartbeat;
  }

  // ── clients ────────────────────────────────────────────────────────────────────────────────────

  /** One more client, wherever the server is by now; where it is gone he is told so. */
  accept(link: Link, kind: wire.Kind): void {
    const line = this.admit(link, kind);
    if (this.departure?.open === true) this.departure.move(line);
    line.start();
  }

  /** Like accept(), but nothing is read from it before its start(). */
  admit(link: Link, kind: wire.Kind): ServerLine {
    const line = new ServerLine(this, link, kind);
    this.lines.add(line);
    if (this.stopped !== undefined && !this.departure?.open) this.#sayGone(line);
    if (line.counts) this.clients++;
    return line;
  }

  lineLost(line: ServerLine): void {
    this.departure?.lineEnded(line, true);
    // Its posts were sent and will be read; its requests have nobody left to answer to.
    if (line.queued > 0) this.#discard(this.unread.removeAllOf(line));
    this.remove(line);
    if (line.counts) this.clientLeft();
    this.checkDrained();
  }

  remove(line: ServerLine): void {
    this.departure?.forget(line);
    this.lines.delete(line);
  }

  // ── frames ─────────────────────────────────────────────────────────────────────────────────────

  receive(line: ServerLine, frame: wire.ToServer): void {
    if (frame[0] === wire.CANCEL) this.#cancel(line, frame[1]);
    if (this.departure !== undefined) this.departure.relay(line, frame);
    else if (frame[0] === wire.POST || frame[0] === wire.REQ) this.#enqueue(line, frame);
    else if (frame[0] === wire.ADD) this.accept(linkOver(frame[1]), frame[2]);
    else if (frame[0] === wire.UPGRADE) this.#upgrade(line, frame[1]);
    else if (frame[0] === wire.BYE) this.#left(line);
  }

  #enqueue(line: ServerLine, frame: wire.Message): void {
    if (this.stopped !== undefined) this.#refuse(line, frame);
    else {
      line.queued++;
      // Somebody waits only while the queue is empty.
      if (this.waiters.size > 0) this.#serve(line, frame);
      else this.unread.push(line, frame);
    }
  }

  #serve(line: ServerLine, frame: wire.Message): void {
    const message = this.#open(line, frame);
    if (message === undefined) return;
    this.waiters.serve(message);
    if (this.waiters.size === 0) this.updateHold();
    else if (this.clients === 0) this.update();
  }

  #upgrade(line: ServerLine, id: number): void {
    if (this.clients === 0 || this.stopped !== undefined) {
      line.send([wire.ERR, id, 'ServerDisappeared']);
      return;
    }
    const { port1, port2 } = newChannel(this);
    this.accept(linkOver(port1), wire.STRONG);
    line.send([wire.REPLY, id, give(port2)], [port2]);
  }

  #left(line: ServerLine): void {
    const counted = line.counts;
    line.hasLeft = true;
    line.closeIfDone();
    if (counted) this.clientLeft();
  }

  /** A caller lost interest in a request that may still be queued. */
  #cancel(line: ServerLine, id: number): void {
    if (line.queued === 0) return;
    const removed = this.unread.removeOne(line, id);
    if (removed.length === 0) return;
    this.#discard(removed);
    this.update();
  }

  #discard(messages: readonly UnreadMessage[]): void {
    for (const { line, frame } of messages) {
      line.took();
      this.#refuse(line, frame);
    }
  }

  #refuse(line: ServerLine, frame: wire.Message): void {
    if (frame[0] === wire.REQ) {
      line.send([wire.ERR, frame[1], 'ServerDisappeared']);
      discard(frame);
    } else this.dropped(frame);
  }

  /** A post that nobody will read, or an answer that nobody waits for. */
  dropped(frame: wire.Frame): void {
    reportDropped(this.onDropped, frame);
  }

  // ── taking ─────────────────────────────────────────────────────────────────────────────────────

  get isEmpty(): boolean {
    return this.unread.size === 0;
  }

  take(): AnyMessage | undefined {
    for (;;) {
      const next = this.unread.shift();
      if (next === undefined) return undefined;
      const message = this.#open(next.line, next.frame);
      if (message !== undefined) return message;
    }
  }

  /** Undefined if it cannot be read; that ends the line it came by. */
  #open(line: ServerLine, frame: wire.Message): AnyMessage | undefined {
    let msg: unknown;
    try {
      msg = valueOf(frame);
    } catch {
      line.took();
      line.refuse('malformed errors');
      return undefined;
    }
    line.took(frame);
    if (frame[0] === wire.POST) return { type: 'post', msg };
    return { type: 'request', msg, rctx: openContext(line, frame[1]) };
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  close(why = new Failure('ServerDisappeared')): void {
    if (this.stopped !== undefined) return;
    this.stopped = why;
    this.ended();
    // Each client answers with BYE once he waits for nothing more; what he sends until then is
    // refused.
    for (const line of this.lines) this.#sayGone(line);
    this.#discard(this.unread.clear());
    this.update();
  }

  /** With the error that ended the server, if one did and it can travel. */
  #sayGone(line: ServerLine): void {
    const cause = this.stopped?.options?.cause;
    if (cause !== undefined) {
      try {
        withErrors(cause, undefined, (value, errors) => {
          line.send([wire.GONE, value, errors]);
        });
        return;
      } catch {
        // Then without it.
      }
    }
    line.send([wire.GONE]);
  }

  forgotten(): void {
    this.close();
  }

  /** Nothing that still comes by this line will be read here. */
  readsNoMore(line: ServerLine): boolean {
    if (this.departure !== undefined) return !this.departure.needs(line);
    return line.hasLeft && line.queued === 0;
  }

  /** Leaves with its unread messages and its clients, for wherever `departure` takes them. */
  depart(departure: Departure): { lines: ServerLine[]; unread: UnreadMessage[] } {
    this.departure = departure;
    this.stopped = new Failure('Detached');
    const unread = this.unread.clear();
    this.waiters.end(this.stopped);
    // A line that was lost may have left posts behind.
    return { lines: [...new Set([...this.lines, ...unread.map(({ line }) => line)])], unread };
  }
}
