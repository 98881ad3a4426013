/** The checks of options that several parts of the actors have. */
import { checkSignal, checkTimeout, raise, type ReqOptions } from '../../core/internal.js';

/**
 * Returns `concurrency`; throws `InvalidArgument` unless it is a whole number above 0 or Infinity.
 */
export function checkConcurrency(stackStartFn: unknown, concurrency = 1): number {
  const isWhole = concurrency === Infinity || Number.isInteger(concurrency);
  if (isWhole && concurrency > 0) return concurrency;
  return raise(
    stackStartFn,
    'InvalidArgument',
    'concurrency must be a whole number above 0, or Infinity',
  );
}

/** Throws `InvalidArgument` unless all values are numbers, 0 or more; `names` lists their names. */
export function checkNotNegative(
  stackStartFn: unknown,
  names: string,
  values: readonly number[],
): void {
  if (values.every((value) => value >= 0)) return;
  raise(stackStartFn, 'InvalidArgument', `${names} must be numbers, 0 or more`);
}

/** When a call is given up. */
export type CallLimits = Pick<ReqOptions, 'signal' | 'timeout'>;

/** Returns `timeout`; throws `InvalidArgument` if it or `signal` is invalid. */
export function checkCallLimits(
  stackStartFn: unknown,
  { signal, timeout }: CallLimits,
): number | undefined {
  const ms = checkTimeout(stackStartFn, timeout);
  checkSignal(stackStartFn, signal);
  return ms;
}
