/** One listener and one timer for all windows that this page talks to. */

interface WatchedWindow {
  onMessage(event: MessageEvent<unknown>): void;
  /** Is the window still there? Undefined for one that this page cannot outlive. */
  readonly checkClosed: (() => void) | undefined;
}

/** Milliseconds until the first look, and at most between two. */
const FIRST_PAUSE_MS = 25;
const MAX_PAUSE_MS = 1000;

const watched = new Set<WatchedWindow>();
let timer: ReturnType<typeof setTimeout> | undefined;

function hear(event: MessageEvent<unknown>): void {
  for (const each of [...watched]) each.onMessage(event);
}

/**
 * At first often, for most windows that go early go before they have answered; then once a second.
 */
function pollAfter(pause: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    for (const each of [...watched]) each.checkClosed?.();
    if ([...watched].some(({ checkClosed }) => checkClosed))
      pollAfter(Math.min(2 * pause, MAX_PAUSE_MS));
  }, pause);
}

export function watchWindow(each: WatchedWindow): void {
  if (watched.size === 0) window.addEventListener('message', hear);
  watched.add(each);
  if (each.checkClosed !== undefined) pollAfter(FIRST_PAUSE_MS);
}

export function unwatchWindow(each: WatchedWindow): void {
  watched.delete(each);
  if (watched.size > 0) return;
  window.removeEventListener('message', hear);
  clearTimeout(timer);
}
