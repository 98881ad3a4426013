import { afterArrived } from './arrived.js';
import type { Carrier } from './carrier.js';
import { Failure } from './failure.js';
import { globals, later, type AbortListener, type WorkingSignal } from './platform.js';

/** Who keeps the table that an entry stands in. */
export interface PendingOwner {
  settle(entry: Pending, outcome: unknown): void;
  /** The caller wants no answer any more. */
  abandon(entry: Pending, failure: Failure): void;
}

// A promise's resolve function, without a closure per promise.
let resolveLast: (outcome: unknown) => void;
const grab = (resolve: (outcome: unknown) => void): void => {
  resolveLast = resolve;
};

/** One request that waits for its outcome. */
export class Pending implements AbortListener {
  readonly id: number;
  /** The reply's value, or a Failure; it never rejects, unless it is for the caller himself. */
  readonly outcome: Promise<unknown>;
  /** Where the answer will come from; undefined while the request waits for room. */
  home: Carrier | undefined = undefined;
  settled = false;
  /** Its time is up: it is not to be sent any more. */
  isDue = false;
  /** The outcome, for whoever cannot await it. */
  result: unknown = undefined;
  readonly #owner: PendingOwner;
  readonly #rejects: boolean;
  readonly #resolve: (outcome: unknown) => void;
  /** Usually none: a request may be watched when it is made, and again when it is waited for. */
  #timers: unknown[] | undefined = undefined;
  #signals: WorkingSignal[] | undefined = undefined;

  /** `rejects`: the outcome goes to the caller as it is, with no async function between them. */
  constructor(id: number, owner: PendingOwner, rejects = false) {
    this.id = id;
    this.#rejects = rejects;
    this.#owner = owner;
    this.outcome = new Promise(grab);
    this.#resolve = resolveLast;
  }

  /** From now on the signal, or so many milliseconds, may end it too. */
  watch(signal: WorkingSignal | undefined, timeout: number | undefined): void {
    if (this.settled) return;
    if (timeout !== undefined) {
      const timer = later(timeout, () => {
        this.isDue = true;
        const { home } = this;
        const giveUp = (): void => {
          this.#owner.abandon(this, new Failure('Timeout'));
        };
        // A reply that has already arrived wins, also where a port has just come that brings it.
        afterArrived(() => {
          if (this.home === home) giveUp();
          else afterArrived(giveUp);
        });
      });
      (this.#timers ??= []).push(timer);
    }
    if (signal !== undefined) {
      (this.#signals ??= []).push(signal);
      signal.addEventListener('abort', this);
      if (signal.aborted) this.handleEvent();
    }
  }

  handleEvent(): void {
    const cause = this.#signals?.find(({ aborted }) => aborted)?.reason;
    this.#owner.abandon(this, new Failure('Aborted', undefined, { cause }));
  }

  fail(failure: Failure): void {
    this.#owner.settle(this, failure);
  }

  /** Only its owner calls this. */
  settle(outcome: unknown): void {
    this.settled = true;
    this.result = outcome;
    this.#timers?.forEach(globals.clearTimeout);
    this.#signals?.forEach((signal) => {
      signal.removeEventListener('abort', this);
    });
    this.#resolve(this.#rejects && outcome instanceof Failure ? rejection(outcome) : outcome);
  }
}

/** After two turns the engine knows who awaits it, and can name his line in the stack. */
async function rejection(failure: Failure): Promise<never> {
  await Promise.resolve();
  await Promise.resolve();
  throw failure.toError(rejection);
}
