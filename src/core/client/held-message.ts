import { afterArrived } from '../transport/deadlines.js';
import { reportUndelivered } from '../transport/undelivered.js';
import { Failure } from '../support/failure.js';
import { trackArrived } from '../transport/port-holders.js';
import { closePortsIn } from '../transport/ports.js';
import type { Outbox } from './outbox.js';
import type { PendingRequest } from './pending-request.js';
import { globals } from '../support/platform.js';
import type { QueueNode } from '../support/queue.js';
import type { CreditWaiter } from './send-window.js';
import type { Frame } from '../protocol/frames.js';

interface Copied {
  frame: Frame;
  transfer: readonly object[] | undefined;
}

/** A message that waits for room: copied at the call, and what moves with it has moved. */
export class HeldMessage implements CreditWaiter {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly #outbox: Outbox;
  readonly #given: Copied;
  /** Undefined for a post. */
  readonly #pending: PendingRequest | undefined;

  /** Throws the engine's error if it cannot be copied. */
  constructor(outbox: Outbox, given: Copied, pending: PendingRequest | undefined) {
    this.#outbox = outbox;
    this.#pending = pending;
    const { transfer = [] } = given;
    this.#given = globals.structuredClone(given, { transfer }) as Copied;
    trackArrived(this.#given.frame);
  }

  onCredit(): 'sent' | 'gone' {
    const { frame, transfer } = this.#given;
    const { current } = this.#outbox.session.connections;
    try {
      current.send(frame, transfer);
    } catch (cause) {
      this.fail(unsendableFailure(cause));
      return 'gone';
    }
    if (this.#pending === undefined) this.#outbox.heldPostDone();
    else {
      this.#pending.connection = current;
      this.#pending.held = undefined;
    }
    return 'sent';
  }

  fail(failure: Failure): void {
    const { frame } = this.#given;
    if (this.#pending === undefined) {
      // What was sent before it comes first, though it may still have to be read from a port.
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

  /** For a request that was settled before it was sent. */
  drop(): void {
    this.#outbox.window?.removeWaiter(this);
    closePortsIn(this.#given.frame);
  }
}

/** A port that a message carries may die between the call and the sending. */
export const unsendableFailure = (cause: unknown): Failure =>
  new Failure('DataClone', `what the message carries can be sent no more: ${String(cause)}`, {
    cause,
  });
