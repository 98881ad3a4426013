import { isError } from '../../core/error-values.js';
import { answerThrown, type ReplyContext } from '../../core/reply.js';

interface Globals {
  reportError?(error: unknown): void;
  readonly console?: { error(error: unknown): void };
}

/** Tells of an error that nobody caught, and goes on. */
export function report(error: unknown): void {
  const { reportError, console } = globalThis as Globals;
  if (reportError !== undefined) reportError(error);
  else console?.error(error);
}

/** The same for what ended a thread; in Node the process fails when it ends, as it would with that error uncaught. */
export function reportDeath(error: unknown): void {
  report(error);
  const { process } = globalThis as { process?: { exitCode?: unknown } };
  if (process !== undefined) process.exitCode ??= 1;
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
