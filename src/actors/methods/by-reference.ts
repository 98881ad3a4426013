/** Results, items of streams and progress that hold references, as they are sent. */
import { closeReferences, isReferenceList } from '../references/place-references.js';
import type { PackedValue } from '../references/pack-references.js';
import type { WireReference } from '../references/reference.js';

const BY_REFERENCE = 'ump-ng by reference';

export const byReference = ({ value, references }: PackedValue): unknown => [
  BY_REFERENCE,
  value,
  references,
];

/** Undefined if what was received holds no reference. */
export function sentByReference(
  received: unknown,
): { readonly value: unknown; readonly references: readonly WireReference[] } | undefined {
  if (!Array.isArray(received) || received[0] !== BY_REFERENCE) return undefined;
  const [, value, references] = received as unknown[];
  // An application may send anything, but not by chance a list of ports.
  return isReferenceList(references) ? { value, references } : undefined;
}

/** Lets go of the references in what was received, and will not be used. */
export function closeReceived(received: unknown): void {
  closeReferences(sentByReference(received)?.references);
}
