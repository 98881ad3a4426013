import { afterArrived } from './arrived.js';
import { reportDropped } from './dropped.js';
import { Failure } from './failure.js';
import { arrived } from './given.js';
import { discard } from './link.js';
import type { Outbox } from './outbox.js';
import type { Pending } from './pending.js';
import { globals } from './platform.js';
import type { QueueNode } from './queue.js';
import type { Waiter } from './room.js';
import type { Frame } from './wire.js';

interface Given {
  frame: Frame;
  transfer: readonly object[] | undefined;
}

/** A message that waits for room: copied at the call, and what moves with it has moved. */
export class Held implements Waiter {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly #outbox: Outbox;
  readonly #given: Given;
  /** Undefined for a post. */
  readonly #pending: Pending | undefined;

  /** Throws the engine's error if it cannot be copied. */
  constructor(outbox: Outbox, given: Given, pending: Pending | undefined) {
    this.#outbox = outbox;
    this.#pending = pending;
    const { transfer = [] } = given;
    this.#given = globals.structuredClone(given, { transfer }) as Given;
    arrived(this.#given.frame);
  }

  go(): 'sent' | 'gone' {
    const { frame, transfer } = this.#given;
    const { current } = this.#outbox.line.carriers;
    try {
      current.send(frame, transfer);
    } catch (cause) {
      this.fail(unsendable(cause));
      return 'gone';
    }
    if (this.#pending === undefined) this.#outbox.postLeft();
    else {
      this.#pending.home = current;
      this.#pending.held = undefined;
    }
    return 'sent';
  }

  fail(failure: Failure): void {
    const { frame } = this.#given;
    if (this.#pending === undefined) {
      // What was sent before it comes first, though it may still have to be read from a port.
      afterArrived(() => {
        reportDropped(this.#outbox.line.onDropped, frame);
      });
      this.#outbox.postLeft();
    } else {
      discard(frame);
      this.#pending.held = undefined;
      this.#pending.fail(failure);
    }
  }

  /** For a request that was settled before it was sent. */
  drop(): void {
    this.#outbox.room?.leave(this);
    discard(this.#given.frame);
  }
}

/** A port that a message carries may die between the call and the sending. */
export const unsendable = (cause: unknown): Failure =>
  new Failure('DataClone', `what the message carries can be sent no more: ${String(cause)}`, {
    cause,
  });
