import { now } from '../support/now.js';

/** How much of its time a worker has calls. All times are by now(). */
export class BusyTime {
  /** Milliseconds in which the worker had calls, without those since #busySince. */
  #busyMs = 0;
  #busySince: number | undefined = undefined;
  /** Milliseconds in which a worker took calls, without those since #upSince. */
  #upMs = 0;
  #upSince: number | undefined = undefined;

  onReady(): void {
    this.#upSince = now();
  }

  onEnded(): void {
    if (this.#upSince !== undefined) this.#upMs += now() - this.#upSince;
    this.#upSince = undefined;
  }

  /** The worker has its first call. */
  onBusy(at: number): void {
    this.#busySince = at;
  }

  /** The worker has no call any more. */
  onIdle(at: number): void {
    if (this.#busySince !== undefined) this.#busyMs += at - this.#busySince;
    this.#busySince = undefined;
  }

  /** The share of the time with a worker in which that had calls, from 0 to 1. */
  get utilization(): number {
    const at = now();
    const up = this.#upMs + at - (this.#upSince ?? at);
    const busy = this.#busyMs + at - (this.#busySince ?? at);
    return up === 0 ? 0 : Math.min(busy / up, 1);
  }
}
