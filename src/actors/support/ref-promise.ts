import { createLoopRef } from '../../core/internal.js';

/**
 * A promise that keeps a Node process alive while it is awaited, and only then. Ignoring its
 * rejection causes no unhandled rejection.
 */
export class RefPromise<T> extends Promise<T> {
  static override readonly [Symbol.species] = Promise;
  /** Settles like this promise, but keeps nothing alive; undefined once it is settled. */
  #withoutRef: Promise<T> | undefined;
  #isAwaited = false;
  #isObservedElsewhere: (() => boolean) | undefined = undefined;
  #endLimitMs: number | undefined = undefined;
  readonly #loopRef = createLoopRef();

  static wrap<T>(promise: Promise<T>): RefPromise<T> {
    const own = new RefPromise<T>((resolve) => {
      resolve(promise);
    });
    own.catch(() => undefined);
    own.#withoutRef = promise.finally(() => {
      own.#loopRef.setRef(false);
      own.#withoutRef = undefined;
    });
    own.#withoutRef.catch(() => undefined);
    return own;
  }

  /**
   * The same promise for a waiter that must not keep the process alive. A supervisor passes
   * `isObserved`: whether it reports a rejection to the application.
   */
  static withoutRef<T>(promise: Promise<T>, isObserved?: () => boolean): Promise<T> {
    if (!(promise instanceof RefPromise)) return promise;
    const own = promise as RefPromise<T>;
    own.#isObservedElsewhere ??= isObserved;
    return own.#withoutRef ?? promise;
  }

  /** From now on, awaiting the promise keeps nothing alive, because it may never settle. */
  static giveUp(promise: Promise<unknown>): void {
    if (!(promise instanceof RefPromise)) return;
    const own = promise as RefPromise<unknown>;
    own.#withoutRef = undefined;
    own.#loopRef.setRef(false);
  }

  /** A supervisor or a pool stops the actor, and kills it after `ms` milliseconds. */
  static limitEnd(promise: Promise<unknown>, ms: number): void {
    if (promise instanceof RefPromise) (promise as RefPromise<unknown>).#endLimitMs = ms;
  }

  /** Milliseconds that a supervisor or a pool allows for the end, if it stops the actor. */
  get endLimitMs(): number | undefined {
    return this.#endLimitMs;
  }

  /** Whether a supervisor handles a rejection. */
  get isSupervised(): boolean {
    return this.#isObservedElsewhere !== undefined;
  }

  /** Whether the application learns of a rejection. */
  get isObserved(): boolean {
    return this.#isAwaited || this.#isObservedElsewhere?.() === true;
  }

  override then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#withoutRef !== undefined) {
      this.#isAwaited = true;
      this.#loopRef.setRef(true);
    }
    return super.then(fulfilled, rejected);
  }
}
