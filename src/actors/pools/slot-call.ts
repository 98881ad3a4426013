import type { UmpError } from '../../core/internal.js';
import type { CallRecord } from '../proxies/call-target.js';
import type { MethodStats } from './method-counts.js';

/** The slot that a call was sent to. */
interface CalledSlot {
  onSettled(since: number, sentAt: number, error: UmpError | undefined): void;
  onReturned(): void;
}

/** One call that a slot has, until it has settled or is returned. */
export class SlotCall implements CallRecord {
  readonly since: number;
  readonly #sentAt: number;
  readonly #slot: CalledSlot;
  readonly #method: MethodStats | undefined;
  #isSettled = false;

  constructor(slot: CalledSlot, since: number, sentAt: number, method: MethodStats | undefined) {
    this.#slot = slot;
    this.since = since;
    this.#sentAt = sentAt;
    this.#method = method;
  }

  settled(error?: UmpError): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    if (this.#method !== undefined) this.#method[error === undefined ? 'processed' : 'failed']++;
    this.#slot.onSettled(this.since, this.#sentAt, error);
  }

  returned(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#slot.onReturned();
  }
}
