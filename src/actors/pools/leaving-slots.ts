import { Failure } from '../../core/internal.js';
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
    // Messages to all workers may wait there for a restart, which does not come.
    if (!slot.isUp) slot.child.requester.closeWith(new Failure('ServerDisappeared'));
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
}
