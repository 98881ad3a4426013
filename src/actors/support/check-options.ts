/** The checks of options that several parts of the actors have. */
import {
  checkSignal,
  checkTimeout,
  checkTypes,
  raise,
  type ReqOptions,
} from '../../core/internal.js';

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

type DeadlockOption = 'deadlockAfter' | 'onWarning' | 'name';

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

/**
 * Throws `InvalidArgument` unless `deadlockAfter` is a finite number above 0, `onWarning` a
 * function and `name` a string, where they are set.
 */
export function checkDeadlockOptions(
  stackStartFn: unknown,
  { deadlockAfter = 1, onWarning, name }: Partial<Record<DeadlockOption, unknown>>,
): void {
  if (!(Number.isFinite(deadlockAfter) && (deadlockAfter as number) > 0)) {
    const message = 'deadlockAfter must be a finite number of milliseconds above 0';
    raise(stackStartFn, 'InvalidArgument', message);
  }
  checkTypes(stackStartFn, { onWarning, name }, { onWarning: 'function', name: 'string' });
}
