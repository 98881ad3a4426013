/** The clients that come to the new host of a server before the settings of that server. */
export class EarlyClients {
  /** Undefined unless the settings are awaited. */
  #waiting: (() => void)[] | undefined;

  get isHolding(): boolean {
    return this.#waiting !== undefined;
  }

  /** From now on clients wait until acceptAll(). */
  hold(): void {
    this.#waiting = [];
  }

  /** Calls `accept` now, or in acceptAll(). */
  add(accept: () => void): void {
    if (this.#waiting === undefined) accept();
    else this.#waiting.push(accept);
  }

  /** The settings are known, or will not come any more. */
  acceptAll(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const accept of waiting) accept();
  }
}
