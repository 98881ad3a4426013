import { inBatches } from './batches.js';

/**
 * Tasks that are done in order: at once, or, while a large number of them is being done in batches,
 * behind those. A task must not throw.
 */
export class OrderedTasks {
  /** What is still to be done; undefined while nothing is. */
  #tasks: ((() => void) | undefined)[] | undefined;
  readonly #cost: number;

  /** `cost`: that of one task, as for inBatches(). */
  constructor(cost: number) {
    this.#cost = cost;
  }

  get isIdle(): boolean {
    return this.#tasks === undefined;
  }

  add(task: () => void): void {
    if (this.#tasks === undefined) task();
    else this.#tasks.push(task);
  }

  /** Does what `addAll` adds in batches, and all that comes meanwhile; then calls `done`. */
  divide(addAll: () => void, done: () => void): void {
    const tasks = (this.#tasks = new Array<(() => void) | undefined>());
    addAll();
    let at = 0;
    inBatches(() => {
      tasks[at]?.();
      tasks[at++] = undefined;
      if (at < tasks.length) return true;
      this.#tasks = undefined;
      done();
      return false;
    }, this.#cost);
  }
}
