/**
 * Whether something keeps this agent from exiting: while it is counted, unless the user overrules.
 */
export class LoopRefCount {
  #count = 0;
  #byUser: boolean | undefined = undefined;
  readonly #apply: (yes: boolean) => void;

  constructor(apply: (yes: boolean) => void) {
    this.#apply = apply;
  }

  get isHeld(): boolean {
    return this.#byUser ?? this.#count > 0;
  }

  add(change: 1 | -1): void {
    const before = this.isHeld;
    this.#count += change;
    if (this.isHeld !== before) this.#apply(!before);
  }

  /** Undefined: the user does not overrule any more. */
  override(yes: boolean | undefined): void {
    this.#byUser = yes;
    this.#apply(this.isHeld);
  }

  /** Counts for as long as the promise is pending. */
  during<T>(promise: Promise<T>): Promise<T> {
    this.add(1);
    const done = this.add.bind(this, -1);
    promise.then(done, done);
    return promise;
  }
}
