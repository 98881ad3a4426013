import { isObject, somePart } from '../support/parts.js';
import type { WorkingPort } from '../support/platform.js';
import { isPortLike } from './validate.js';

/**
 * The ports in a message: in the frame, in its transfer list, or in those of a frame that it
 * forwards. The message may be anything: each array in it is visited once.
 */
export function portsIn(data: unknown): WorkingPort[] {
  const found = new Set([data]);
  const ports: WorkingPort[] = [];
  for (const item of found) {
    if (isPortLike(item)) ports.push(item as WorkingPort);
    else if (Array.isArray(item)) {
      somePart(item, (part) => {
        if (isObject(part) && (Array.isArray(part) || isPortLike(part))) found.add(part);
        return false;
      });
    }
  }
  return ports;
}
