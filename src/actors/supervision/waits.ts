/**
 * Waits that all end at the same event. To race with a promise for that event would add a reaction
 * to this promise at each wait, and never remove it.
 */
export class Waits {
  #areClosed = false;
  readonly #resolvers = new Set<() => void>();

  /** Fulfils when the promise has settled; at once after end(). */
  until(promise: Promise<void> | undefined): Promise<void> {
    if (promise === undefined || this.#areClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolvers.add(resolve);
      const onSettled = (): void => {
        this.#resolvers.delete(resolve);
        resolve();
      };
      promise.then(onSettled, onSettled);
    });
  }

  /** The event has come. */
  end(): void {
    this.#areClosed = true;
    for (const resolve of this.#resolvers) resolve();
    this.#resolvers.clear();
  }
}
