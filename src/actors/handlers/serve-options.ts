/** The options of every actor. */
import type { MsgType } from '../../core/internal.js';
import { checkConcurrency, checkDeadlockOptions } from '../support/check-options.js';
import type { DeadlockOptions } from './deadlock-warning.js';
import type { Flow } from './handler.js';

export interface ServeOptions<T = unknown> extends DeadlockOptions {
  /** How many messages the handler may work on at a time: a whole number or Infinity; default 1. */
  concurrency?: number | undefined;
  /**
   * Called with every error that the handler throws, after the caller of a request has got it
   * (`HandlerFailed`, unless the reply context was already used). If it throws, the actor ends and
   * `done` rejects with that error; if it returns `stop(value)`, the actor ends with that value;
   * otherwise the actor goes on.
   *
   * Default: an error that reaches no caller, such as that of a post, is reported as uncaught (in
   * Node on the console).
   */
  onError?: ((error: unknown, message: MsgType) => Flow<T>) | undefined;
}

/** Throws `InvalidArgument` if one of these options is invalid. */
export function checkServeOptions<T>(stackStartFn: unknown, options: ServeOptions<T>): void {
  checkConcurrency(stackStartFn, options.concurrency);
  checkDeadlockOptions(stackStartFn, options);
}
