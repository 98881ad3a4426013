/** A promise that tells when somebody waits for it, and whose rejection nobody needs to look at. */
export class Watched<T> extends Promise<T> {
  static override readonly [Symbol.species] = Promise;
  #awaited: (() => void) | undefined;

  static over<T>(promise: Promise<T>, awaited: () => void): Watched<T> {
    const own = new Watched<T>((resolve) => {
      resolve(promise);
    });
    own.catch(() => undefined);
    own.#awaited = awaited;
    return own;
  }

  override then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited?.();
    return super.then(fulfilled, rejected);
  }
}
