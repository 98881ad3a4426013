import type { AbortSignal, UmpError } from '../../core/internal.js';
import { asFailure } from '../support/as-failure.js';
import { checkCallLimits, type CallLimits } from '../support/check-options.js';
import { AbortableCall } from '../support/local-call.js';

/**
 * Runs `find` within these limits, however many steps it takes. Its signal aborts when the caller
 * gives up; a result that comes later is closed.
 */
export function withDeadline<T extends { close(): void }>(
  stackStartFn: unknown,
  limits: CallLimits,
  find: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = checkCallLimits(stackStartFn, limits);
  const call = new AbortableCall(true);
  const { pending } = call;
  pending.watch(limits.signal, timeout);
  find(call.signal).then(
    (found) => {
      if (pending.isSettled) found.close();
      else call.settle(pending, found);
    },
    (error: unknown) => {
      call.settle(pending, asFailure(error as UmpError));
    },
  );
  return pending.outcome as Promise<T>;
}
