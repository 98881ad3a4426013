import {
  cloneError,
  globals,
  holdsErrors,
  type SendOptions,
  trackMoved,
  unpackErrors,
  withErrors,
} from '../../core/internal.js';

/** A message as it was at the call, and what of it moves. */
export interface Snapshot {
  readonly msg: unknown;
  readonly transfer: readonly object[];
}

/** Copies what was given; what `transfer` names moves. Throws `DataClone` for `entry`. */
export function snapshot(
  stackStartFn: unknown,
  given: unknown,
  { transfer = [] }: SendOptions = {},
): Snapshot {
  try {
    if (isPrimitive(given)) return { msg: given, transfer: [] };
    if (!holdsErrors(given)) {
      const copy = globals.structuredClone({ msg: given, transfer }, { transfer }) as Snapshot;
      trackMoved(transfer, copy.transfer);
      return copy;
    }
    return withErrors(given, transfer, (value, errors = []) => {
      const copy = globals.structuredClone({ value, errors, transfer }, { transfer });
      const copied = copy as { value: unknown; errors: typeof errors; transfer: object[] };
      trackMoved(transfer, copied.transfer);
      return { msg: unpackErrors(copied.value, copied.errors), transfer: copied.transfer };
    });
  } catch (cause) {
    throw cloneError(stackStartFn, cause, given, transfer);
  }
}

/** Symbols are left for the engine to refuse. */
const isPrimitive = (value: unknown): boolean =>
  value === null || !['object', 'function', 'symbol'].includes(typeof value);
