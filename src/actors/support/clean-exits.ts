/**
 * Errors that say that a thread has ended by itself, with exit code 0, while its actor ran. `done`
 * rejects with such an error, but to a pool it is no failure.
 */
import { isObject, perThread } from '../../core/internal.js';

const cleanExits = perThread(() => new WeakSet<object>());

export function markCleanExit(error: unknown): void {
  if (isObject(error)) cleanExits().add(error);
}

export const isCleanExit = (error: unknown): boolean => isObject(error) && cleanExits().has(error);
