/**
 * One end of a line between two agents: says hello, judges what comes in, refuses what is not of the
 * protocol, and ends once. Whatever a line is for stands in the classes that extend it.
 */
import { Failure } from './failure.js';
import type { Link, Receiver } from './link.js';
import * as wire from './wire.js';

export abstract class Line implements Receiver {
  greeted = false;
  dead = false;
  readonly #link: Link;
  readonly #role: wire.Role;

  /** Says hello; nothing is read before start(). */
  constructor(link: Link, role: wire.Role, capacity = 0) {
    this.#link = link;
    this.#role = role;
    link.send([wire.HELLO, wire.MAGIC, wire.VERSION, role, capacity]);
  }

  start(): void {
    if (!this.dead) this.#link.start(this);
  }

  /** A frame that fits the role of this end. */
  protected abstract act(frame: wire.Frame): void;

  /** The other end was heard for the first time. */
  protected greet(_capacity: number): void {
    // Most have nothing to do about it.
  }

  /** The line ended, and not by our own close(). */
  protected abstract ended(why: Failure): void;

  /** The other end is done with this line. */
  protected leave(): void {
    this.end(new Failure('ServerDisappeared'));
  }

  frame(data: unknown): void {
    const frame = wire.read(data, this.#role);
    if (frame === undefined) {
      wire.discard(data);
      this.refuse();
    } else if (frame[0] === wire.REFUSE) this.end(new Failure('Protocol', frame[1]));
    else if (!this.greeted) this.#greet(frame);
    else if (frame[0] === wire.BYE) this.leave();
    else this.act(frame);
  }

  #greet(frame: wire.Frame): void {
    const fault = wire.helloFault(frame, this.#role);
    this.greeted = fault === undefined;
    if (fault !== undefined) {
      wire.discard(frame);
      this.refuse(fault);
    } else this.greet((frame as wire.Hello)[4]);
  }

  lost(): void {
    this.end(new Failure('ServerDisappeared'));
  }

  /** Throws the engine's error, and has sent nothing, if the frame cannot be cloned. */
  send(frame: wire.Frame, transfer?: readonly object[]): void {
    if (!this.dead) this.#link.send(frame, transfer);
  }

  refuse(reason = 'malformed frame'): void {
    this.send([wire.REFUSE, reason]);
    this.end(new Failure('Protocol', reason));
  }

  end(why: Failure): void {
    if (this.dead) return;
    this.close();
    this.ended(why);
  }

  close(): void {
    this.dead = true;
    this.#link.close();
  }

  hold(yes: boolean): void {
    if (!this.dead) this.#link.hold(yes);
  }

  /** Delivers now what has already arrived; false where the platform cannot look. */
  drain(): boolean {
    return this.dead || this.#link.drain();
  }
}
