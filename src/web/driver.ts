import type { Driver } from '../core/link.js';
import { portDriver } from '../core/port.js';
import { LockLife } from './life.js';

/** Ports as browsers have them: none tells when its other end is gone. */
export function webDriver(): Driver {
  // Not in insecure contexts, nor where the origin is opaque.
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  const life = locks === undefined || origin === 'null' ? undefined : new LockLife(locks);
  return { ...portDriver, life };
}
