/** What a session sends, within the credit that a bounded mailbox grants. */
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

/** What an outbox needs of its session. */
interface OutboxSession {
  readonly connections: ConnectionChain;
  readonly requests: {
    /** Gives a request that is about to be sent a later id than all others. */
    renumber(pending: PendingRequest): void;
  };
  /** Keeps this agent from exiting while posts are held. */
  readonly loopRef: LoopRefCount;
  readonly onDropped: OnDropped | undefined;
}

/**
 * Until the capacity is known, one message is sent at once, because each mailbox has room for one.
 * The messages after it are held back, so that the mailbox never exceeds its capacity.
 */
export class Outbox {
  /** How many messages of this client the mailbox takes; undefined: not known yet; 0: unbounded. */
  capacity: number | undefined;
  readonly session: OutboxSession;
  /** Undefined where no message ever has to wait. */
  window: SendWindow | undefined;
  /** The id of the request that was sent last: a server refuses one that is not later. */
  lastSentId = 0;
  #heldPosts = 0;

  constructor(session: OutboxSession, capacity: number | undefined) {
    this.session = session;
    this.capacity = capacity;
    if (capacity !== 0) this.window = new SendWindow(capacity);
  }

  get hasHeldPosts(): boolean {
    return this.#heldPosts > 0;
  }

  sendPost(stackStartFn: unknown, msg: unknown, options: SendOptions | undefined): void {
    const { window } = this;
    if (window?.hasCredit === false) {
      if (!window.mayHoldPosts) raise(stackStartFn, 'MailboxFull');
      sendValue(stackStartFn, this.#holdingSender(window, undefined), frames.POST, 0, msg, options);
      this.#heldPosts++;
      this.session.loopRef.add(1);
      return;
    }
    sendValue(stackStartFn, this.session.connections.current, frames.POST, 0, msg, options);
    window?.consume();
  }

  sendRequest(
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
    this.lastSentId = pending.id;
    pending.connection = current;
    window?.consume();
  }

  /**
   * Takes the place of a connection while there is no credit: it clones the message now, so that
   * later changes of the original are not visible, and queues it.
   */
  #holdingSender(
    window: SendWindow,
    pending: PendingRequest | undefined,
  ): { send(frame: frames.Frame, transfer?: readonly object[]): void } {
    return {
      send: (frame, transfer) => {
        const held = HeldMessage.clone(this, { frame, transfer }, pending);
        if (pending !== undefined) pending.held = held;
        window.addWaiter(held);
      },
    };
  }

  /** A held post was sent, or never will be. */
  heldPostDone(): void {
    this.#heldPosts--;
    this.session.loopRef.add(-1);
  }

  /** The first report counts; the capacity of a server does not change. */
  setCapacity(capacity: number): void {
    if (this.capacity !== undefined) return;
    this.capacity = capacity;
    this.window?.setCapacity(capacity === 0 ? Infinity : capacity);
    // While messages are still being sent, later ones must not overtake them.
    if (capacity === 0 && this.window?.isEmpty === true) this.window = undefined;
  }

  /** Fulfils with undefined when there is credit, with a Failure when there never will be. */
  ready(): Promise<Failure | undefined> {
    const { window } = this;
    if (window === undefined || window.promise()) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      window.addAndServe({
        isReady: true,
        onCredit: () => {
          resolve(undefined);
          return 'promised';
        },
        fail: resolve,
      });
    });
  }

  /** For a control frame: it needs no credit, but must not overtake messages that are held. */
  sendControl(send: () => void): void {
    if (this.window?.isEmpty !== false) send();
    else {
      this.window.addWaiter({
        onCredit: () => {
          send();
          return 'unused';
        },
      });
    }
  }
}
