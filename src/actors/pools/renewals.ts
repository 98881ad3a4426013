/**
 * The renewal of worn workers, one at a time for each slot: a successor is started, takes the place
 * once it has started, and the old worker leaves. Once a start has failed, the old worker goes on
 * without a limit: the next start may fail as well.
 *
 *   none ──start()──► starting ──the successor has started, or the old worker has ended──► none
 *                      ▲    │
 *         pause over   │    │ the successor ended first
 *                      └─ pausing ──the old worker has ended──► none
 */
import type { Child } from '../supervision/child.js';
import type { RestartOptions } from '../supervision/restart-policy.js';
import { RestartDelays } from './restart-delays.js';
import type { Slot } from './slot.js';

/** What renewals need of the workers of the pool. */
interface RenewalOwner {
  /** Whether a successor must wait until the calls of the old worker have settled. */
  readonly keepsOrder: boolean;
  readonly backoff: RestartOptions['backoff'];
  newSlot(): Slot;
  /** Waits like the pause before a restart; ends early when the pool stops. */
  pause(ms: number, afterFailure: boolean): Promise<void>;
  /** Whether this slot belongs to the pool, its worker takes calls, and the pool runs. */
  needsSuccessor(slot: Slot): boolean;
  /** The successor takes the place of the slot. */
  replace(slot: Slot, successor: Slot): void;
  /** The worker of this slot may take calls again. */
  goOn(slot: Slot): void;
}

interface Renewal {
  readonly delays: RestartDelays;
  /** Undefined while it is pausing. */
  successor: Slot | undefined;
}

export class Renewals {
  readonly #owner: RenewalOwner;
  readonly #renewals = new Map<Slot, Renewal>();

  constructor(owner: RenewalOwner) {
    this.#owner = owner;
  }

  /** The slots whose workers are being started. */
  get successors(): Slot[] {
    return [...this.#renewals.values()].flatMap(({ successor }) => successor ?? []);
  }

  /** Begins the renewal of a worn worker, unless it has begun. */
  start(slot: Slot): void {
    if (this.#renewals.has(slot) || !this.#owner.needsSuccessor(slot)) return;
    const delays = new RestartDelays(this.#owner.backoff);
    const renewal: Renewal = { delays, successor: undefined };
    this.#renewals.set(slot, renewal);
    this.#startSuccessor(slot, renewal);
  }

  #startSuccessor(slot: Slot, renewal: Renewal): void {
    const successor = (renewal.successor = this.#owner.newSlot());
    void successor.child.start(async () => {
      this.#succeed(slot, successor);
      if (this.#owner.keepsOrder) await slot.drained();
    });
  }

  #succeed(slot: Slot, successor: Slot): void {
    if (this.#renewals.get(slot)?.successor !== successor) return;
    this.#renewals.delete(slot);
    this.#owner.replace(slot, successor);
  }

  /** The worker of this slot has ended. Returns whether a successor has taken its place. */
  workerEnded(slot: Slot): boolean {
    const successor = this.#renewals.get(slot)?.successor;
    if (successor !== undefined) this.#succeed(slot, successor);
    this.#renewals.delete(slot);
    return successor !== undefined;
  }

  /** If this child is a successor that has ended too early, it is tried again after a pause. */
  async childEnded(child: Child): Promise<void> {
    for (const [slot, renewal] of this.#renewals) {
      if (renewal.successor?.child !== child) continue;
      renewal.successor = undefined;
      this.#owner.goOn(slot);
      await this.#owner.pause(renewal.delays.next(), true);
      if (this.#renewals.get(slot) !== renewal) return;
      if (this.#owner.needsSuccessor(slot)) this.#startSuccessor(slot, renewal);
      else this.#renewals.delete(slot);
      return;
    }
  }

  /** The slot needs no worker any more. Returns the successor that was being started. */
  abandon(slot: Slot): Slot | undefined {
    const successor = this.#renewals.get(slot)?.successor;
    this.#renewals.delete(slot);
    return successor;
  }
}
