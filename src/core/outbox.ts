/** What a client sends, and how much of it a bounded mailbox still has room for. */
import type { Carriers } from './carriers.js';
import { raise } from './errors.js';
import type { Failure } from './failure.js';
import { arrived } from './given.js';
import { discard } from './link.js';
import type { ReqOptions, SendOptions } from './options.js';
import type { Pending } from './pending.js';
import { globals } from './platform.js';
import { Room } from './room.js';
import { sendValue } from './values.js';
import * as wire from './wire.js';

export class Outbox {
  /** Messages this client may have waiting in the server; undefined: not known yet; 0: no bound. */
  capacity: number | undefined;
  readonly #carriers: Carriers;
  /** Undefined where there is no bound, or none is known. */
  room: Room | undefined;
  /** Sent before the capacity was known. */
  #uncounted = 0;

  constructor(carriers: Carriers, capacity: number | undefined) {
    this.#carriers = carriers;
    this.capacity = capacity;
    if (capacity) this.room = new Room(capacity, 0);
  }

  sendPost(entry: unknown, msg: unknown, options: SendOptions | undefined): void {
    if (this.room?.free === false) raise(entry, 'MailboxFull');
    sendValue(entry, this.#carriers.current, wire.POST, 0, msg, options);
    this.#spend();
  }

  request(entry: unknown, pending: Pending, msg: unknown, options: ReqOptions | undefined): void {
    if (this.room?.free === false) {
      const held = { send: this.#queue.bind(this, this.room, pending) };
      sendValue(entry, held, wire.REQ, pending.id, msg, options);
      return;
    }
    const { current } = this.#carriers;
    sendValue(entry, current, wire.REQ, pending.id, msg, options);
    pending.home = current;
    this.#spend();
  }

  /** No room: what the caller gave is cloned now all the same, and keeps its place in the queue. */
  #queue(room: Room, pending: Pending, given: wire.Frame, transfer?: readonly object[]): void {
    const frame = globals.structuredClone(given, { transfer: transfer ?? [] }) as wire.Valued;
    arrived(frame);
    room.wait({
      go: () => {
        if (pending.settled) {
          discard(frame);
          return 'gone';
        }
        pending.home = this.#carriers.current;
        pending.home.send(frame, wire.carried(frame));
        return 'sent';
      },
      fail: (failure) => {
        discard(frame);
        pending.fail(failure);
      },
    });
  }

  #spend(): void {
    if (this.room !== undefined) this.room.use();
    else this.#uncounted++;
  }

  learn(capacity: number): void {
    if (this.capacity === undefined && capacity > 0) {
      this.room = new Room(capacity, this.#uncounted);
    }
    this.capacity = capacity;
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

  /** For what needs no room, but must not overtake the requests that wait for some. */
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
