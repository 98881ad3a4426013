import {
  checkSignal,
  checkTimeout,
  type AbortSignal,
  type ReqOptions,
  type UmpError,
} from '../../core/internal.js';
import { asFailure } from '../as-failure.js';
import { AbortableCall } from '../local-call.js';

type Limits = Pick<ReqOptions, 'signal' | 'timeout'>;

/**
 * Runs `find` within these limits, however many steps it takes. Its signal aborts when the caller
 * gives up; a result that comes later is closed.
 */
export function withDeadline<T extends { close(): void }>(
  stackStartFn: unknown,
  { signal, timeout }: Limits,
  find: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  checkSignal(stackStartFn, signal);
  const call = new AbortableCall(true);
  const { pending } = call;
  pending.watch(signal, checkTimeout(stackStartFn, timeout));
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
