/** Something that keeps this agent from exiting while it is referenced. */
export interface LoopRef {
  setRef(on: boolean): void;
}

/** References the event loop while its count is above zero, unless the application overrides it. */
export class LoopRefCount {
  #count = 0;
  /** What the application has decided; undefined: the count decides. */
  byApplication: boolean | undefined;
  readonly #apply: (on: boolean) => void;

  constructor(apply: (on: boolean) => void) {
    this.#apply = apply;
  }

  get isReferenced(): boolean {
    return this.byApplication ?? this.#count > 0;
  }

  add(change: 1 | -1): void {
    const before = this.isReferenced;
    this.#count += change;
    if (this.isReferenced !== before) this.#apply(!before);
  }

  /** Undefined: the count decides again. */
  override(on: boolean | undefined): void {
    this.byApplication = on;
    this.#apply(this.isReferenced);
  }

  /** Counts while the promise is pending. */
  during<T>(promise: Promise<T>): Promise<T> {
    this.add(1);
    const done = this.add.bind(this, -1);
    promise.then(done, done);
    return promise;
  }
}
