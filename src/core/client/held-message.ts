import { afterArrived } from '../transport/deadlines.js';
import { reportUndelivered } from '../transport/undelivered.js';
import { Failure } from '../support/failure.js';
import { natives } from '../support/natives.js';
import { trackArrived } from '../transport/port-holders.js';
import { closePortsIn } from '../transport/ports.js';
import type { Outbox } from './outbox.js';
import type { PendingRequest } from './pending-request.js';
import type { QueueNode } from '../support/queue.js';
import type { CreditWaiter } from './send-window.js';
import type { Frame } from '../protocol/frames.js';

interface Message {
  frame: Frame;
  transfer: readonly object[] | undefined;
}

/**
 * A message that waits for credit. It was cloned at the call, and its transferred objects have
 * moved into the clone.
 */
export class HeldMessage implements CreditWaiter {
  before?: QueueNode | undefined;
  after?: QueueNode | undefined;
  readonly #outbox: Outbox;
  readonly #message: Message;
  /** Undefined for a post. */
  readonly #pending: PendingRequest | undefined;

  private constructor(outbox: Outbox, message: Message, pending: PendingRequest | undefined) {
    this.#outbox = outbox;
    this.#message = message;
    this.#pending = pending;
  }

  /** Throws the engine's error if the message cannot be cloned. */
  static clone(outbox: Outbox, message: Message, pending: PendingRequest | undefined): HeldMessage {
    const { transfer = [] } = message;
    const clone = natives().structuredClone(message, { transfer }) as Message;
    trackArrived(clone.frame);
    return new HeldMessage(outbox, clone, pending);
  }

  onCredit(): 'used' | 'unused' {
    // Its timeout has elapsed, and it fails once what has arrived is read.
    if (this.#pending?.elapsedTimeout !== undefined) return 'unused';
    const { frame, transfer } = this.#message;
    const { session } = this.#outbox;
    const { current } = session.connections;
    if (this.#pending !== undefined) {
      // The caller of a ready() has sent a later request before this one.
      if (this.#pending.id < this.#outbox.lastSentId) session.requests.renumber(this.#pending);
      frame[1] = this.#outbox.lastSentId = this.#pending.id;
    }
    try {
      // A copy, because the transport may write to what it is given, and fail() still needs it.
      current.send([...frame], transfer);
    } catch (cause) {
      this.fail(unsendableFailure(cause));
      return 'unused';
    }
    if (this.#pending === undefined) this.#outbox.heldPostDone();
    else {
      this.#pending.connection = current;
      this.#pending.held = undefined;
    }
    return 'used';
  }

  fail(failure: Failure): void {
    const { frame } = this.#message;
    if (this.#pending === undefined) {
      // Earlier messages are reported first, though they may still have to be read from a port.
      afterArrived(() => {
        reportUndelivered(this.#outbox.session.onDropped, frame);
      });
      this.#outbox.heldPostDone();
    } else {
      closePortsIn(frame);
      this.#pending.held = undefined;
      this.#pending.fail(failure);
    }
  }

  /** The request was settled before its message was sent. */
  drop(): void {
    this.#outbox.window?.removeWaiter(this);
    closePortsIn(this.#message.frame);
  }
}

/** A port in a message was closed, or its peer died, between the call and the sending. */
export const unsendableFailure = (cause: unknown): Failure =>
  new Failure('DataClone', `the message can no longer be sent: ${String(cause)}`, { cause });
