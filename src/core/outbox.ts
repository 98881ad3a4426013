/** What a client sends, and how much of it a bounded mailbox still has room for. */
import type { Carriers } from './carriers.js';
import { raise } from './errors.js';
import type { Failure } from './failure.js';
import { Held } from './held.js';
import type { Hold } from './hold.js';
import type { OnDropped, ReqOptions, SendOptions } from './options.js';
import type { Pending } from './pending.js';
import { Room } from './room.js';
import { sendValue } from './values.js';
import * as wire from './wire.js';

/** The line that it is sent by. */
interface Line {
  readonly carriers: Carriers;
  /** Keeps this agent from exiting while posts are held. */
  readonly hold: Hold;
  readonly onDropped: OnDropped | undefined;
}

/**
 * Before the capacity is known, one message is sent at once, as each mailbox has room for one. What
 * comes after it is held here, so that the mailbox never exceeds its bound.
 */
export class Outbox {
  /** Messages this client may have waiting in the server; undefined: not known yet; 0: no bound. */
  capacity: number | undefined;
  readonly line: Line;
  /** Undefined where there is no bound. */
  room: Room | undefined;
  #heldPosts = 0;

  constructor(line: Line, capacity: number | undefined) {
    this.line = line;
    this.capacity = capacity;
    if (capacity !== 0) this.room = new Room(capacity);
  }

  /** Are there posts that are yet to be sent? */
  get holdsPosts(): boolean {
    return this.#heldPosts > 0;
  }

  sendPost(entry: unknown, msg: unknown, options: SendOptions | undefined): void {
    const { room } = this;
    if (room?.free === false) {
      if (!room.unknown) raise(entry, 'MailboxFull');
      sendValue(entry, this.#holding(room, undefined), wire.POST, 0, msg, options);
      this.#heldPosts++;
      this.line.hold.add(1);
      return;
    }
    sendValue(entry, this.line.carriers.current, wire.POST, 0, msg, options);
    room?.use();
  }

  request(entry: unknown, pending: Pending, msg: unknown, options: ReqOptions | undefined): void {
    const { room } = this;
    if (room?.free === false) {
      sendValue(entry, this.#holding(room, pending), wire.REQ, pending.id, msg, options);
      return;
    }
    const { current } = this.line.carriers;
    sendValue(entry, current, wire.REQ, pending.id, msg, options);
    pending.home = current;
    room?.use();
  }

  /** Where a message goes that has no room yet: it keeps its place in the queue. */
  #holding(
    room: Room,
    pending: Pending | undefined,
  ): { send(frame: wire.Frame, transfer?: readonly object[]): void } {
    return {
      send: (frame, transfer) => {
        const held = new Held(this, { frame, transfer }, pending);
        if (pending !== undefined) pending.held = held;
        room.wait(held);
      },
    };
  }

  /** A post that was held has been sent, or never will be. */
  postLeft(): void {
    this.#heldPosts--;
    this.line.hold.add(-1);
  }

  /** Only the first word on it counts. */
  learn(capacity: number): void {
    if (this.capacity !== undefined) return;
    this.capacity = capacity;
    this.room?.learn(capacity === 0 ? Infinity : capacity);
    if (capacity === 0) this.room = undefined;
  }

  /** Fulfils with undefined when there is room, with a Failure when there never will be. */
  ready(): Promise<Failure | undefined> {
    const room = this.room;
    if (room?.free !== false) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      room.wait({
        go: () => {
          resolve(undefined);
          return 'told';
        },
        fail: resolve,
      });
    });
  }

  /** For what needs no room, but must not overtake what waits for some. */
  inTurn(send: () => void): void {
    if (this.room?.idle !== false) send();
    else {
      this.room.wait({
        go: () => {
          send();
          return 'gone';
        },
      });
    }
  }
}
