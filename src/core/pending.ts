import type { Carrier } from './carrier.js';
import { Failure } from './failure.js';
import { globals, later, type AbortListener, type WorkingSignal } from './platform.js';

/** Who keeps the table that an entry stands in. */
export interface PendingOwner {
  settle(entry: Pending, outcome: unknown): void;
  /** The caller wants no answer any more. */
  abandon(entry: Pending, failure: Failure): void;
  /** Its time is up; a reply that has already arrived may still win. */
  expire(entry: Pending): void;
}

// A promise's resolve function, without a closure per promise.
let resolveLast: (outcome: unknown) => void;
const grab = (resolve: (outcome: unknown) => void): void => {
  resolveLast = resolve;
};

/** One request that waits for its outcome. */
export class Pending implements AbortListener {
  readonly id: number;
  /** The reply's value, or a Failure. Never rejects, so a forgotten one disturbs nobody. */
  readonly outcome: Promise<unknown>;
  /** Where the answer will come from; undefined while the request waits for room. */
  home: Carrier | undefined = undefined;
  settled = false;
  readonly #owner: PendingOwner;
  readonly #resolve: (outcome: unknown) => void;
  #timer: unknown = undefined;
  #signal: WorkingSignal | undefined = undefined;

  constructor(id: number, owner: PendingOwner) {
    this.id = id;
    this.#owner = owner;
    this.outcome = new Promise(grab);
    this.#resolve = resolveLast;
  }

  /** More than one signal or timeout may watch it in turn: the last one counts. */
  watch(signal: WorkingSignal | undefined, timeout: number | undefined): void {
    if (this.settled) return;
    if (signal !== undefined) {
      this.#signal?.removeEventListener('abort', this);
      this.#signal = signal;
      if (signal.aborted) {
        this.handleEvent();
        return;
      }
      signal.addEventListener('abort', this);
    }
    if (timeout !== undefined) {
      globals.clearTimeout(this.#timer);
      this.#timer = later(timeout, () => {
        this.#owner.expire(this);
      });
    }
  }

  handleEvent(): void {
    const cause = this.#signal?.reason;
    this.#owner.abandon(this, new Failure('Aborted', undefined, { cause }));
  }

  fail(failure: Failure): void {
    this.#owner.settle(this, failure);
  }

  /** Only its owner calls this. */
  settle(outcome: unknown): void {
    this.settled = true;
    if (this.#timer !== undefined) globals.clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this);
    this.#resolve(outcome);
  }
}
