import { globals } from '../core/internal.js';

/** Milliseconds; what a timer takes at most. */
const LONGEST = 2 ** 31 - 1;

/** Keeps a Node process alive while it holds; elsewhere nothing has to. */
export class Alive {
  #timer: unknown = undefined;

  hold(yes: boolean): void {
    if (!yes) {
      globals.clearTimeout(this.#timer);
      this.#timer = undefined;
    } else if (this.#timer === undefined) this.#arm();
  }

  #arm(): void {
    this.#timer = globals.setTimeout(() => {
      this.#arm();
    }, LONGEST);
  }
}
