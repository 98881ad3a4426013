/** One listener and one timer for all windows that this page talks to. */

interface Watched {
  hear(event: MessageEvent<unknown>): void;
  /** Is the window still there? Undefined for one that this page cannot outlive. */
  readonly look: (() => void) | undefined;
}

/** Milliseconds until the first look, and at most between two. */
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 1000;

const watched = new Set<Watched>();
let timer: ReturnType<typeof setTimeout> | undefined;

function hear(event: MessageEvent<unknown>): void {
  for (const each of [...watched]) each.hear(event);
}

/**
 * At first often, for most windows that go early go before they have answered; then once a second.
 */
function lookAfter(pause: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    for (const each of [...watched]) each.look?.();
    if ([...watched].some(({ look }) => look)) lookAfter(Math.min(2 * pause, LONGEST_PAUSE));
  }, pause);
}

export function watchWindow(each: Watched): void {
  if (watched.size === 0) window.addEventListener('message', hear);
  watched.add(each);
  if (each.look !== undefined) lookAfter(FIRST_PAUSE);
}

export function unwatchWindow(each: Watched): void {
  watched.delete(each);
  if (watched.size > 0) return;
  window.removeEventListener('message', hear);
  clearTimeout(timer);
}
