/** The order in which messages leave the queue of a pool. */
import { raise } from '../../core/internal.js';
import { now } from '../support/now.js';
import type { QueuedMessage } from '../proxies/call-target.js';
import { byPriority, type IsBefore } from '../proxies/dispatcher.js';
import { reportIfThrows } from '../support/report.js';

/** A call or a post that waits in the queue of a pool. */
export interface Waiting {
  /** A copy of the message. */
  readonly msg: unknown;
  /** The option of the call, or 0. */
  readonly priority: number;
  /** How many milliseconds before now the call was made. */
  readonly waited: number;
}

/**
 * Compares two waiting messages as for `Array.sort()`: a negative number if `a` leaves the queue
 * first. For 0, the higher priority, and then the earlier call, is first.
 */
export type Order = (a: Waiting, b: Waiting) => number;

/** Throws `InvalidArgument` unless `order` is undefined or a function. */
export function isBeforeOf(stackStartFn: unknown, order: Order | undefined): IsBefore | undefined {
  if (order === undefined) return undefined;
  if (typeof order !== 'function')
    raise(stackStartFn, 'InvalidArgument', 'order must be a function');
  return (a, b) => {
    let result = 0;
    const time = now();
    // An error of the application's function must not lose a message.
    reportIfThrows(() => {
      result = order(waiting(a, time), waiting(b, time));
    });
    return result < 0 || (!(result > 0) && byPriority(a, b));
  };
}

const waiting = ({ msg, priority, createdAt }: QueuedMessage, time: number): Waiting => ({
  msg,
  priority,
  waited: time - createdAt,
});
