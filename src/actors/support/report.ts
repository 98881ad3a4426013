import {
  failWithThrown,
  ownGlobal,
  showOnConsole,
  type ReplyContext,
} from '../../core/internal.js';
import { nodeProcess } from './node-process.js';

interface ErrorOutputs {
  reportError?(error: unknown): void;
}

/** Reports an error as uncaught, and returns. */
export function report(error: unknown): void {
  const reportError = ownGlobal('reportError') as ErrorOutputs['reportError'];
  if (reportError !== undefined) reportError(error);
  else showOnConsole(error);
}

/** Runs code of the application; an error that it throws is reported as uncaught. */
export function reportIfThrows(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    report(error);
  }
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
    return failWithThrown(rctx, describeThrown(thrown));
  }
}

function describeThrown(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'a value that cannot be cloned or converted to a string';
  }
}
