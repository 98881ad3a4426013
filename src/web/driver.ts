import type { Driver } from '../core/link.js';
import { ownGlobal } from '../core/platform.js';
import { portDriver } from '../core/port.js';
import { hangUpAll } from '../core/quiet-link.js';
import { webLife } from './life.js';

/** Ports as browsers have them: none tells when its other end is gone. */
export function webDriver(): Driver {
  // Before the lines end: the next ones are of its next life.
  const life = webLife();
  // A page that leaves says so itself: where there are no locks, or its peer is of another origin,
  // nobody else would. One that comes back from the back/forward cache finds its lines closed, at
  // both ends.
  if (ownGlobal('document') !== undefined) {
    // Where a document is simulated nothing may tell.
    (globalThis.addEventListener as typeof addEventListener | undefined)?.('pagehide', hangUpAll);
  }
  return { ...portDriver, life };
}
