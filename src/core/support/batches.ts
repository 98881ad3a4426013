/**
 * Calls that end together, by one signal or by their timeouts, are not all settled in one go:
 * everything else in the thread would wait for the last of them.
 */
import { perThread } from './per-thread.js';
import { later } from './platform.js';
import { Queue, type QueueNode } from './queue.js';

/**
 * The number of calls that are settled before the event loop continues. A batch takes some
 * milliseconds, mostly to create the errors.
 */
const BATCH_SIZE = 500;

class BatchedCall implements QueueNode {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly run: () => void;

  constructor(run: () => void) {
    this.run = run;
  }
}

class Batches {
  readonly #waiting = new Queue<BatchedCall>();
  #left = BATCH_SIZE;

  run(call: () => void): void {
    if (this.#left === BATCH_SIZE) later(0, this.#nextTurn);
    if (this.#left > 0) {
      this.#left--;
      call();
    } else this.#waiting.push(new BatchedCall(call));
  }

  readonly #nextTurn = (): void => {
    this.#left = BATCH_SIZE;
    if (this.#waiting.size > 0) later(0, this.#nextTurn);
    for (; this.#left > 0 && this.#waiting.size > 0; this.#left--) this.#waiting.shift()?.run();
  };
}

const batches = perThread(() => new Batches());

/**
 * Runs `call` now, or in one of the next turns of the event loop if there are too many. The timer
 * does not keep this agent alive; a pending call does.
 */
export function inBatches(call: () => void): void {
  batches().run(call);
}
