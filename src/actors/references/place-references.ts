/** Puts what was received by reference into a value. A peer may have sent anything. */
import {
  closePortsIn,
  isList,
  isObject,
  isPortLike,
  MAX_PATH_STEPS,
  UmpError,
  type Fields,
} from '../../core/internal.js';
import { type Kind, type WireReference } from './reference.js';

/** Makes what the receiver gets. */
type Revive = (kind: Kind, port: object) => unknown;

const isReferenceKind = (kind: unknown): kind is Kind =>
  kind === 'callback' || kind === 'object' || kind === 'stream';

/**
 * Whether the value is a list of references with ports. An array that occurs again costs the sender
 * a few bytes, so none is walked twice: a reference that is listed twice is refused.
 */
export function isReferenceList(value: unknown): value is WireReference[] {
  const walked = new Set<unknown>();
  const isNewList = (part: unknown): part is unknown[] => {
    if (walked.has(part) || !isList(part)) return false;
    walked.add(part);
    return true;
  };
  const isPath = (part: unknown): boolean => walked.has(part) || isNewList(part);
  return (
    isList(value) &&
    value.length > 0 &&
    value.every((each) => {
      if (!isNewList(each)) return false;
      const [kind, port, ...paths] = each;
      return isReferenceKind(kind) && isPortLike(port) && paths.every(isPath);
    })
  );
}

/** Closes the ports of references that nothing will take up. */
export function closeReferences(references: unknown): void {
  if (isReferenceList(references)) closePortsIn(references.map(([, port]) => port));
}

/**
 * Returns the value with its references; changes it, and so it must be a fresh clone.
 * @throws UmpError `Protocol` if a path leads nowhere; the ports are closed then.
 */
export function placeReferences(
  value: unknown,
  references: readonly WireReference[],
  revive: Revive,
): unknown {
  let top = value;
  const used = new Set<unknown>();
  try {
    for (const [kind, port, ...paths] of references) {
      const revived = revive(kind, port);
      for (const path of paths) {
        // A path may occur many times in a message of a few bytes.
        if (used.has(path)) continue;
        used.add(path);
        if (path.length === 0) top = revived;
        else put(top, path, revived);
      }
    }
  } catch (error) {
    closeReferences(references);
    throw error;
  }
  return top;
}

function put(top: unknown, path: readonly unknown[], revived: unknown): void {
  let at = top;
  if (path.length > MAX_PATH_STEPS) throw leadsNowhere();
  path.forEach((step, index) => {
    const isKey = typeof step === 'string' || typeof step === 'number';
    if (!isKey || !isObject(at) || !Object.hasOwn(at, step)) throw leadsNowhere();
    if (index < path.length - 1) at = (at as Fields)[step];
    else (at as Fields)[step] = revived;
  });
}

const leadsNowhere = (): UmpError => new UmpError('Protocol', 'the path of a reference is wrong');
