/** One listener and one timer for all windows that this page exchanges messages with. */
import { perThread } from '../core/support/per-thread.js';

interface WatchedWindow {
  onMessage(event: MessageEvent<unknown>): void;
  /** Checks whether the window is still open. Undefined for one that this page cannot outlive. */
  readonly checkClosed: (() => void) | undefined;
}

/** The time until the first check, and the longest time between two. */
const FIRST_PAUSE_MS = 25;
const MAX_PAUSE_MS = 1000;

class WindowWatcher {
  readonly #windows = new Set<WatchedWindow>();
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;

  add(each: WatchedWindow): void {
    if (this.#windows.size === 0) window.addEventListener('message', this.#onMessage);
    this.#windows.add(each);
    if (each.checkClosed !== undefined) this.#checkAfter(FIRST_PAUSE_MS);
  }

  remove(each: WatchedWindow): void {
    this.#windows.delete(each);
    if (this.#windows.size > 0) return;
    window.removeEventListener('message', this.#onMessage);
    clearTimeout(this.#timer);
  }

  readonly #onMessage = (event: MessageEvent<unknown>): void => {
    for (const each of [...this.#windows]) each.onMessage(event);
  };

  /** Often at first, because most windows that close early do so before they have answered. */
  #checkAfter(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const each of [...this.#windows]) each.checkClosed?.();
      if ([...this.#windows].some(({ checkClosed }) => checkClosed))
        this.#checkAfter(Math.min(2 * pause, MAX_PAUSE_MS));
    }, pause);
  }
}

const watcher = perThread(() => new WindowWatcher());

export const watchWindow = (each: WatchedWindow): void => watcher().add(each);
export const unwatchWindow = (each: WatchedWindow): void => watcher().remove(each);
