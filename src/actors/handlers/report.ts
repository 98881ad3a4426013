import { failWithThrown, ownGlobal, type ReplyContext } from '../../core/internal.js';

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

/** Shows an error on the console. In Deno reportError() would end the process. */
export function show(error: unknown): void {
  (globalThis as Globals).console?.error(error);
}

/**
 * Shows what ended a thread; in Node the process fails when it ends, as it would with that error
 * uncaught.
 */
export function reportDeath(error: unknown): void {
  show(error);
  const { process } = globalThis as { process?: { exitCode?: unknown } };
  if (process !== undefined) process.exitCode ??= 1;
}

/**
 * To the caller, who gets `HandlerFailed`. False if the request was answered before. Of an Error
 * only what cannot travel is left out; anything else that cannot be cloned is told as a text.
 */
export function tellThrown(rctx: ReplyContext<never>, error: unknown): boolean {
  try {
    return failWithThrown(rctx, error);
  } catch {
    return failWithThrown(rctx, textOf(error));
  }
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that cannot be told';
  }
}
