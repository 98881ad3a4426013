/**
 * Counts restarts within a time. When a restart was counted is known to lie between two times,
 * which are the same where nothing had to be stopped before.
 */
export class RestartWindow {
  readonly #restarts: { readonly from: number; readonly to: number }[] = [];
  readonly #max: number;
  readonly #within: number;

  constructor(max: number, within: number) {
    this.#max = max;
    this.#within = within;
  }

  /** How many restarts were counted at least, and at most, in the time before. */
  #before(from: number, to: number): [least: number, most: number] {
    const least = this.#restarts.filter((each) => each.from > to - this.#within);
    const most = this.#restarts.filter((each) => each.to > from - this.#within);
    return [least.length, most.length];
  }

  /** Something was restarted; returns how many restarts that makes, at least and at most. */
  restarted(from: number, to: number): [least: number, most: number] {
    const [least, most] = this.#before(from, to);
    this.#restarts.push({ from, to });
    return [least + 1, most + 1];
  }

  /** What is wrong with a restart after which there were at least `least` of them. */
  tooMany(least: number): string | undefined {
    return least > this.#max
      ? `${least} restarts within ${this.#within} ms, of ${this.#max}`
      : undefined;
  }

  /** What is wrong if the owner gives up in this time. */
  tooEarly(from: number, to: number): string | undefined {
    const [, most] = this.#before(from, to);
    return most < this.#max
      ? `it gave up after ${most} restarts within ${this.#within} ms, of ${this.#max}`
      : undefined;
  }
}
