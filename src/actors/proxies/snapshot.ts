import {
  cloneError,
  holdsErrors,
  natives,
  type SendOptions,
  trackMoved,
  unpackErrors,
  withErrors,
} from '../../core/internal.js';

/** A copy of a message as it was at the call, and the objects in it that are transferred. */
export interface Snapshot {
  readonly msg: unknown;
  readonly transfer: readonly object[];
}

/** Copies `msg`; the objects in `transfer` move into the copy. Throws `DataClone`. */
export function snapshot(
  stackStartFn: unknown,
  msg: unknown,
  { transfer = [] }: SendOptions = {},
): Snapshot {
  try {
    if (isPrimitive(msg)) return { msg, transfer: [] };
    if (!holdsErrors(msg)) {
      const copy = natives().structuredClone({ msg, transfer }, { transfer }) as Snapshot;
      trackMoved(transfer, copy.transfer);
      return copy;
    }
    return withErrors(msg, transfer, (value, errors = []) => {
      const clone = natives().structuredClone({ value, errors, transfer }, { transfer });
      const copy = clone as { value: unknown; errors: typeof errors; transfer: object[] };
      trackMoved(transfer, copy.transfer);
      return { msg: unpackErrors(copy.value, copy.errors), transfer: copy.transfer };
    });
  } catch (cause) {
    throw cloneError(stackStartFn, cause, msg, transfer);
  }
}

/** Symbols count as objects here, so that the engine rejects them. */
const isPrimitive = (value: unknown): boolean =>
  value === null || !['object', 'function', 'symbol'].includes(typeof value);
