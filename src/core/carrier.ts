import type { Failure } from './failure.js';
import { Line } from './line.js';
import type { Link } from './link.js';
import type { Pending } from './pending.js';
import * as wire from './wire.js';

export interface CarrierOwner {
  readonly heartbeat: number | undefined;
  greeted(capacity: number): void;
  /** Whatever made this line knew how many messages the server has room for. */
  learn(capacity: number): void;
  act(carrier: Carrier, frame: wire.ToClient): void;
  carrierEnded(carrier: Carrier, why: Failure): void;
  /**
   * Whoever may know more about a line that was lost; calls `tell` at the latest when he does not.
   */
  explain(carrier: Carrier, tell: () => void): void;
}

/** What a client's line rides on: one link, and what is known of the home at its other end. */
export class Carrier extends Line {
  /** For the answer to one moved request, by a port of its own. */
  readonly oneShot: boolean;
  /** That request, if its caller still wanted an answer when it moved. */
  readonly only: Pending | undefined;
  /** Later homes of a server have higher ones. */
  order = 0;
  /** The server moved here; which requests came along is not known before TAKEN. */
  arriving = false;
  readonly #owner: CarrierOwner;

  constructor(owner: CarrierOwner, link: Link, oneShot = false, only?: Pending) {
    super(link, oneShot ? wire.CALLER : wire.CLIENT);
    this.#owner = owner;
    this.oneShot = oneShot;
    this.only = only;
    this.start();
  }

  protected override get heartbeat(): number | undefined {
    return this.#owner.heartbeat;
  }

  protected override greet(capacity: number): void {
    if (!this.oneShot) this.#owner.greeted(capacity);
  }

  protected override learn(capacity: number): void {
    if (!this.oneShot) this.#owner.learn(capacity);
  }

  protected act(frame: wire.Frame): void {
    this.#owner.act(this, frame as wire.ToClient);
  }

  override lost(): void {
    this.#owner.explain(this, () => {
      super.lost();
    });
  }

  protected ended(why: Failure): void {
    this.arriving = false;
    this.#owner.carrierEnded(this, why);
  }
}
