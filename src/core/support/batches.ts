/**
 * Work that comes all at once is divided: calls that end together, by one signal, by their timeouts
 * or with their connection, and the clients of a server that closes or migrates. Everything else in
 * the thread would wait for the last of them.
 */
import { realTimer } from './natives.js';
import { perThread } from './per-thread.js';

/**
 * The number of steps before the event loop continues, such as calls that are settled. A batch
 * takes some milliseconds, mostly to create the errors. A step that costs more counts as several.
 */
const BATCH_SIZE = 500;

/** Does the next piece of some work, and returns whether more is left. */
type Step = () => boolean;

class Batches {
  /** The steps that are to be repeated, and what each costs. */
  readonly waiting = new Map<Step, number>();
  /** How many more steps this turn of the event loop has room for. */
  #left = BATCH_SIZE;

  run(step: Step, cost: number): void {
    if (this.#left === BATCH_SIZE) realTimer(0, this.#nextTurn, true);
    if (this.waiting.size > 0 || this.#hasMore(step, cost)) {
      this.waiting.set(step, cost);
    }
  }

  /** Repeats the step, and returns whether there is more to do than this turn has room for. */
  #hasMore(step: Step, cost: number): boolean {
    while (this.#left > 0) {
      this.#left -= cost;
      if (!step()) return false;
    }
    return true;
  }

  readonly #nextTurn = (): void => {
    this.#left = BATCH_SIZE;
    if (this.waiting.size === 0) return;
    realTimer(0, this.#nextTurn, true);
    for (const [step, cost] of this.waiting) {
      if (this.#hasMore(step, cost)) return;
      this.waiting.delete(step);
    }
  };
}

const batches = perThread(() => new Batches());

/**
 * Repeats the step, which must not throw, until it returns false: now, and in the next turns of the
 * event loop if there is too much for one. This agent stays alive until then.
 */
export function inBatches(step: Step, cost = 1): void {
  batches().run(step, cost);
}

/** Handles all items in order, in batches. `handle` must not throw. */
export function eachInBatches<T>(items: readonly T[], handle: (item: T) => void): void {
  let at = 0;
  if (items.length === 0) return;
  inBatches(() => {
    handle(items[at++] as T);
    return at < items.length;
  });
}

/** For a thread that blocks and so has no next turn of its event loop: does all that is left. */
export function finishBatches(): void {
  const { waiting } = batches();
  for (const step of waiting.keys()) {
    while (step());
    waiting.delete(step);
  }
}
