import { Deferred } from './deferred.js';

/** A condition that may become true more than once, and those that wait for the next time. */
export class Condition {
  readonly #holds: () => boolean;
  /** Undefined while nothing waits. */
  #next: Deferred<void> | undefined;

  constructor(holds: () => boolean) {
    this.#holds = holds;
  }

  /** Fulfils at once if the condition holds, otherwise the next time that it does. */
  wait(): Promise<void> {
    if (this.#holds()) return Promise.resolve();
    return (this.#next ??= new Deferred<void>()).promise;
  }

  /** To be called after anything that may have made the condition true. */
  check(): void {
    if (this.#next === undefined || !this.#holds()) return;
    this.#next.resolve();
    this.#next = undefined;
  }
}
