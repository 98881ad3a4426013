/** One listener and one timer for all windows that this page exchanges messages with. */
import { realTimer } from '../core/support/natives.js';
import { perThread } from '../core/support/per-thread.js';

interface WatchedWindow {
  readonly window: Window;
  onMessage(event: MessageEvent<unknown>): void;
  /** Called now and then, if it is not the window of this page, which ends with it. */
  checkClosed(): void;
}

/** The time until the first check, and the longest time between two. */
const FIRST_CHECK_PAUSE_MS = 25;
const MAX_CHECK_PAUSE_MS = 1000;

const isOther = (each: WatchedWindow): boolean => each.window !== window;

class WindowWatcher {
  readonly #windows = new Set<WatchedWindow>();
  #stopTimer: (() => void) | undefined;

  add(each: WatchedWindow): void {
    if (this.#windows.size === 0) window.addEventListener('message', this.#onMessage);
    this.#windows.add(each);
    if (isOther(each)) this.#checkAfter(FIRST_CHECK_PAUSE_MS);
  }

  remove(each: WatchedWindow): void {
    this.#windows.delete(each);
    if (this.#windows.size > 0) return;
    window.removeEventListener('message', this.#onMessage);
    this.#stopTimer?.();
  }

  readonly #onMessage = (event: MessageEvent<unknown>): void => {
    for (const each of [...this.#windows]) each.onMessage(event);
  };

  /** Often at first, because most windows that close early do so before they have answered. */
  #checkAfter(pause: number): void {
    this.#stopTimer?.();
    this.#stopTimer = realTimer(pause, () => {
      for (const each of [...this.#windows].filter(isOther)) each.checkClosed();
      if ([...this.#windows].some(isOther)) {
        this.#checkAfter(Math.min(2 * pause, MAX_CHECK_PAUSE_MS));
      }
    });
  }
}

export const windowWatcher = perThread(() => new WindowWatcher());
