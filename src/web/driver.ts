import type { Driver } from '../core/transport/driver.js';
import { ownGlobal } from '../core/support/platform.js';
import { portDriver } from './port-transport.js';
import { closeAllTransports } from './closing-transport.js';
import { webLiveness } from './liveness.js';

/** Ports as browsers have them: none tells when its other end is gone. */
export function webDriver(): Driver {
  // Before the lines end: the next ones are of its next life.
  const liveness = webLiveness();
  // A page that leaves says so itself: where there are no locks, or its peer is of another origin,
  // nobody else would. One that comes back from the back/forward cache finds its lines closed, at
  // both ends.
  if (ownGlobal('document') !== undefined) {
    // Where a document is simulated nothing may tell.
    (globalThis.addEventListener as typeof addEventListener | undefined)?.(
      'pagehide',
      closeAllTransports,
    );
  }
  return { ...portDriver, liveness };
}
