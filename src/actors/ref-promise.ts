import { Alive } from './alive.js';

/**
 * A promise for which a Node process stays alive while somebody waits for it, and only then. That
 * nobody looks at its rejection is no error.
 */
export class RefPromise<T> extends Promise<T> {
  static override readonly [Symbol.species] = Promise;
  #quiet: Promise<T> | undefined;
  #isAwaited = false;
  #isObservedElsewhere: (() => boolean) | undefined = undefined;
  readonly #alive = new Alive();

  static over<T>(promise: Promise<T>): RefPromise<T> {
    const own = new RefPromise<T>((resolve) => {
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

  /**
   * The same, for what must not keep the process alive by waiting. `hears` comes from a supervisor:
   * does it tell the user of a rejection?
   */
  static withoutRef<T>(promise: Promise<T>, hears?: () => boolean): Promise<T> {
    if (!(promise instanceof RefPromise)) return promise;
    const watched = promise as RefPromise<T>;
    watched.#isObservedElsewhere ??= hears;
    return watched.#quiet ?? promise;
  }

  /** Does a supervisor deal with a rejection? */
  get isSupervised(): boolean {
    return this.#isObservedElsewhere !== undefined;
  }

  /** Does the user learn of a rejection? */
  get isObserved(): boolean {
    return this.#isAwaited || this.#isObservedElsewhere?.() === true;
  }

  override then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#quiet !== undefined) {
      this.#isAwaited = true;
      this.#alive.hold(true);
    }
    return super.then(fulfilled, rejected);
  }
}
