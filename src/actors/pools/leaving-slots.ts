import { Failure } from '../../core/internal.js';
import type { Child } from '../supervision/child.js';
import type { Slot } from './slot.js';

/** The slots that were removed from a pool. Their workers end once their calls have settled. */
export class LeavingSlots {
  readonly #slots = new Set<Slot>();
  /** Counts the calls of the workers that have ended. */
  processed = 0;
  failed = 0;

  /** The slots whose workers have not ended yet. */
  get slots(): ReadonlySet<Slot> {
    return this.#slots;
  }

  add(slot: Slot): void {
    if (!slot.isUp) failWaiting(slot.child);
    this.#slots.add(slot);
    void slot
      .drained()
      .then(() => slot.child.stop())
      .then(() => {
        this.#slots.delete(slot);
        this.processed += slot.processed;
        this.failed += slot.failed;
      });
  }

  /** A worker has ended by itself, and has returned the messages that it has not taken. */
  childEnded(child: Child): void {
    for (const slot of this.#slots) if (slot.child === child) failWaiting(child);
  }
}

/** Messages to all workers may wait there for a restart, which does not come. */
const failWaiting = ({ requester }: Child): void => {
  requester.closeWith(new Failure('ServerDisappeared'));
};
