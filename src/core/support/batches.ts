/**
 * Calls that end together, by one signal or by their timeouts, are not all settled in one go:
 * everything else in the thread would wait for the last of them.
 */
import { perThread } from './per-thread.js';
import { later } from './platform.js';

/**
 * The number of calls that are settled before the event loop continues. A batch takes some
 * milliseconds, mostly to create the errors.
 */
const BATCH_SIZE = 500;

/** Does the next piece of some work, and returns whether more is left. */
export type Step = () => boolean;

class Batches {
  readonly #steps: Step[] = [];
  /** The index of the first step that is not finished: shift() would move all that follow. */
  #first = 0;
  #left = BATCH_SIZE;

  run(step: Step): void {
    if (this.#left === BATCH_SIZE) later(0, this.#nextTurn);
    if (this.#steps.length > 0 || this.#hasMore(step)) this.#steps.push(step);
  }

  /** Repeats the step, and returns whether there is more to do than this turn has room for. */
  #hasMore(step: Step): boolean {
    while (this.#left > 0) {
      this.#left--;
      if (!step()) return false;
    }
    return true;
  }

  readonly #nextTurn = (): void => {
    const steps = this.#steps;
    this.#left = BATCH_SIZE;
    if (steps.length === 0) return;
    later(0, this.#nextTurn);
    for (let step = steps[this.#first]; step !== undefined; step = steps[this.#first]) {
      if (this.#hasMore(step)) return;
      this.#first++;
    }
    steps.length = this.#first = 0;
  };
}

const batches = perThread(() => new Batches());

/**
 * Repeats the step until it returns false: now, and in the next turns of the event loop if there is
 * too much for one. The timer does not keep this agent alive; a pending call does.
 */
export function inBatches(step: Step): void {
  batches().run(step);
}
