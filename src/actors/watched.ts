import { Alive } from './alive.js';

/**
 * A promise for which a Node process stays alive while somebody waits for it, and only then. That nobody looks at its
 * rejection is no error.
 */
export class Watched<T> extends Promise<T> {
  static override readonly [Symbol.species] = Promise;
  #quiet: Promise<T> | undefined;
  readonly #alive = new Alive();

  static over<T>(promise: Promise<T>): Watched<T> {
    const own = new Watched<T>((resolve) => {
      resolve(promise);
    });
    own.catch(() => undefined);
    own.#quiet = promise.finally(() => {
      own.#alive.hold(false);
      own.#quiet = undefined;
    });
    own.#quiet.catch(() => undefined);
    return own;
  }

  /** The same, for whoever must not keep the process alive by waiting. */
  static quietly<T>(promise: Promise<T>): Promise<T> {
    return (promise instanceof Watched ? (promise as Watched<T>).#quiet : undefined) ?? promise;
  }

  override then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#quiet !== undefined) this.#alive.hold(true);
    return super.then(fulfilled, rejected);
  }
}
