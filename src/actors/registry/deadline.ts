import {
  type AbortSignal,
  checkTimeout,
  type Failure,
  globals,
  type PendingOwner,
  PendingRequest,
  type ReqOptions,
  type UmpError,
} from '../../core/internal.js';
import { asFailure } from '../proxies/queued-request.js';

type Limits = Pick<ReqOptions, 'signal' | 'timeout'>;

/**
 * One search, however many steps it takes, within these limits. It is told by a signal of its own
 * when it is given up.
 */
export function withDeadline<T extends { close(): void }>(
  stackStartFn: unknown,
  { signal, timeout }: Limits,
  find: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const search = new CancellableCall();
  search.pending.watch(signal, checkTimeout(stackStartFn, timeout));
  find(search.signal).then(
    (found) => {
      if (search.pending.isSettled) found.close();
      else search.settle(search.pending, found);
    },
    (error: unknown) => {
      search.settle(search.pending, asFailure(error as UmpError));
    },
  );
  return search.pending.outcome as Promise<T>;
}

class CancellableCall implements PendingOwner {
  readonly pending = new PendingRequest(0, this, true);
  readonly #controller = new globals.AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  settle(pending: PendingRequest, outcome: unknown): void {
    if (!pending.isSettled) pending.settle(outcome);
  }

  abandon(pending: PendingRequest, failure: Failure): void {
    this.settle(pending, failure);
    this.#controller.abort(undefined);
  }
}
