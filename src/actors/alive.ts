import { globals, MAX_TIMEOUT_MS } from '../core/internal.js';

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
    }, MAX_TIMEOUT_MS);
  }
}
