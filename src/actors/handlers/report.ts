import { isError } from '../../core/error-values.js';
import { ownGlobal } from '../../core/platform.js';
import { answerThrown, type ReplyContext } from '../../core/reply.js';

interface Globals {
  reportError?(error: unknown): void;
  readonly console?: { error(error: unknown): void };
}

/** Tells of an error that nobody caught, and goes on. */
export function report(error: unknown): void {
  const reportError = ownGlobal('reportError') as Globals['reportError'];
  if (reportError !== undefined) reportError(error);
  else (globalThis as Globals).console?.error(error);
}

/** To the caller, who gets `HandlerFailed`. False if he has had his answer before. */
export function tellThrown(rctx: ReplyContext<never>, error: unknown): boolean {
  try {
    return answerThrown(rctx, error);
  } catch {
    return answerThrown(rctx, bare(error));
  }
}

/** Something that cannot be cloned hangs on it: its name, message and stack are enough. */
function bare(thrown: unknown): unknown {
  if (!isError(thrown)) return String(thrown);
  const error = new Error(thrown.message);
  Object.defineProperty(error, 'name', { value: thrown.name });
  Object.defineProperty(error, 'stack', { value: thrown.stack });
  return error;
}
