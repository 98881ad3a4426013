/** What a client sends, and how much of it a bounded mailbox still has room for. */
import type { ConnectionChain } from './connection-chain.js';
import { raise } from '../errors.js';
import type { Failure } from '../support/failure.js';
import { HeldMessage } from './held-message.js';
import type { LoopRefCount } from '../support/loop-ref.js';
import type { OnDropped, ReqOptions, SendOptions } from '../options.js';
import type { PendingRequest } from './pending-request.js';
import { SendWindow } from './send-window.js';
import { sendValue } from '../protocol/values.js';
import * as frames from '../protocol/frames.js';

/** The line that it is sent by. */
interface OutboxSession {
  readonly connections: ConnectionChain;
  /** Keeps this agent from exiting while posts are held. */
  readonly loopRef: LoopRefCount;
  readonly onDropped: OnDropped | undefined;
}

/**
 * Before the capacity is known, one message is sent at once, as each mailbox has room for one. What
 * comes after it is held here, so that the mailbox never exceeds its bound.
 */
export class Outbox {
  /** Messages this client may have waiting in the server; undefined: not known yet; 0: no bound. */
  capacity: number | undefined;
  readonly session: OutboxSession;
  /** Undefined where there is no bound. */
  window: SendWindow | undefined;
  #heldPosts = 0;

  constructor(session: OutboxSession, capacity: number | undefined) {
    this.session = session;
    this.capacity = capacity;
    if (capacity !== 0) this.window = new SendWindow(capacity);
  }

  /** Are there posts that are yet to be sent? */
  get holdsPosts(): boolean {
    return this.#heldPosts > 0;
  }

  sendPost(stackStartFn: unknown, msg: unknown, options: SendOptions | undefined): void {
    const { window } = this;
    if (window?.hasCredit === false) {
      if (!window.isUnknown) raise(stackStartFn, 'MailboxFull');
      sendValue(stackStartFn, this.#holdingSender(window, undefined), frames.POST, 0, msg, options);
      this.#heldPosts++;
      this.session.loopRef.add(1);
      return;
    }
    sendValue(stackStartFn, this.session.connections.current, frames.POST, 0, msg, options);
    window?.consume();
  }

  request(
    stackStartFn: unknown,
    pending: PendingRequest,
    msg: unknown,
    options: ReqOptions | undefined,
  ): void {
    const { window } = this;
    if (window?.hasCredit === false) {
      sendValue(
        stackStartFn,
        this.#holdingSender(window, pending),
        frames.REQ,
        pending.id,
        msg,
        options,
      );
      return;
    }
    const { current } = this.session.connections;
    sendValue(stackStartFn, current, frames.REQ, pending.id, msg, options);
    pending.connection = current;
    window?.consume();
  }

  /** Where a message goes that has no room yet: it keeps its place in the queue. */
  #holdingSender(
    room: SendWindow,
    pending: PendingRequest | undefined,
  ): { send(frame: frames.Frame, transfer?: readonly object[]): void } {
    return {
      send: (frame, transfer) => {
        const held = new HeldMessage(this, { frame, transfer }, pending);
        if (pending !== undefined) pending.held = held;
        room.addWaiter(held);
      },
    };
  }

  /** A post that was held has been sent, or never will be. */
  heldPostDone(): void {
    this.#heldPosts--;
    this.session.loopRef.add(-1);
  }

  /** Only the first word on it counts. */
  setCapacity(capacity: number): void {
    if (this.capacity !== undefined) return;
    this.capacity = capacity;
    this.window?.setCapacity(capacity === 0 ? Infinity : capacity);
    if (capacity === 0) this.window = undefined;
  }

  /** Fulfils with undefined when there is room, with a Failure when there never will be. */
  ready(): Promise<Failure | undefined> {
    const room = this.window;
    if (room?.hasCredit !== false) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      room.addWaiter({
        onCredit: () => {
          resolve(undefined);
          return 'told';
        },
        fail: resolve,
      });
    });
  }

  /** For what needs no room, but must not overtake what waits for some. */
  sendControl(send: () => void): void {
    if (this.window?.isIdle !== false) send();
    else {
      this.window.addWaiter({
        onCredit: () => {
          send();
          return 'gone';
        },
      });
    }
  }
}
