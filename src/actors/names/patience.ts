import type { Failure } from '../../core/failure.js';
import { checkTimeout, type ReqOptions } from '../../core/options.js';
import { Pending, type PendingOwner } from '../../core/pending.js';
import { globals, type AbortSignal } from '../../core/platform.js';
import { asFailure } from '../relays/relayed-call.js';
import type { UmpError } from '../../core/errors.js';

type Limits = Pick<ReqOptions, 'signal' | 'timeout'>;

/**
 * One search, however many steps it takes, within these limits. It is told by a signal of its own
 * when it is given up.
 */
export function within<T extends { close(): void }>(
  entry: unknown,
  { signal, timeout }: Limits,
  find: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const search = new Search();
  search.pending.watch(signal, checkTimeout(entry, timeout));
  find(search.signal).then(
    (found) => {
      if (search.pending.settled) found.close();
      else search.settle(search.pending, found);
    },
    (error: unknown) => {
      search.settle(search.pending, asFailure(error as UmpError));
    },
  );
  return search.pending.outcome as Promise<T>;
}

class Search implements PendingOwner {
  readonly pending = new Pending(0, this, true);
  readonly #controller = new globals.AbortController();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  settle(pending: Pending, outcome: unknown): void {
    if (!pending.settled) pending.settle(outcome);
  }

  abandon(pending: Pending, failure: Failure): void {
    this.settle(pending, failure);
    this.#controller.abort(undefined);
  }
}
