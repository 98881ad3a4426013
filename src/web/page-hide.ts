import { ownGlobal } from '../core/support/platform.js';

/**
 * Calls `listener` when this page is left. Returns a function that stops this. Workers have no such
 * event, and a simulated document may come without events.
 */
export function onPageHide(listener: (event: PageTransitionEvent) => void): () => void {
  const page: Partial<typeof globalThis> = ownGlobal('document') === undefined ? {} : globalThis;
  page.addEventListener?.('pagehide', listener);
  return () => {
    page.removeEventListener?.('pagehide', listener);
  };
}
