import { globals } from '../core/platform.js';

/** Milliseconds; what a timer takes at most. */
const LONGEST = 2 ** 31 - 1;

/**
 * A promise for which a Node process stays alive while somebody waits for it, and only then. That nobody looks at its
 * rejection is no error.
 */
export class Watched<T> extends Promise<T> {
  static override readonly [Symbol.species] = Promise;
  #quiet: Promise<T> | undefined;
  #hold: unknown = undefined;

  static over<T>(promise: Promise<T>): Watched<T> {
    const own = new Watched<T>((resolve) => {
      resolve(promise);
    });
    own.catch(() => undefined);
    own.#quiet = promise.finally(() => {
      globals.clearTimeout(own.#hold);
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
    if (this.#quiet !== undefined && this.#hold === undefined) this.#wait();
    return super.then(fulfilled, rejected);
  }

  #wait(): void {
    this.#hold = globals.setTimeout(() => {
      this.#wait();
    }, LONGEST);
  }
}
