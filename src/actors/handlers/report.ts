import { failWithThrown, ownGlobal, type ReplyContext } from '../../core/internal.js';
import { nodeProcess } from '../node-process.js';

interface Globals {
  reportError?(error: unknown): void;
  readonly console?: { error(error: unknown): void };
}

/** Reports an error as uncaught, and returns. */
export function report(error: unknown): void {
  const reportError = ownGlobal('reportError') as Globals['reportError'];
  if (reportError !== undefined) reportError(error);
  else showOnConsole(error);
}

/** Does not use reportError(), which would end the process in Deno. */
export function showOnConsole(error: unknown): void {
  (globalThis as Globals).console?.error(error);
}

/**
 * Shows the error that ended a thread. As an uncaught error would, it makes a Node process exit
 * with code 1.
 */
export function reportDeath(error: unknown): void {
  showOnConsole(error);
  const process = nodeProcess();
  if (process !== undefined) process.exitCode ??= 1;
}

/**
 * Rejects a request with `HandlerFailed`, and returns false if it was already answered. Parts of an
 * Error that cannot be cloned are left out; any other value that cannot be cloned becomes a text.
 */
export function rejectWithThrown(rctx: ReplyContext<never>, thrown: unknown): boolean {
  try {
    return failWithThrown(rctx, thrown);
  } catch {
    return failWithThrown(rctx, textOf(thrown));
  }
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'a value that cannot be cloned or converted to a string';
  }
}
