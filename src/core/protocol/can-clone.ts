import { natives } from '../support/natives.js';
import { isObject } from '../support/parts.js';

/** Whether this value can be cloned if nothing is transferred. The engine clones it to find out. */
export function canClone(value: unknown): boolean {
  try {
    natives().structuredClone(value);
    return !isObject(value) || !natives().isLost(value);
  } catch {
    return false;
  }
}
