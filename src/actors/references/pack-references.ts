/** Takes the references out of a value that is about to be sent. */
import {
  closePortsIn,
  isObjectOrFunction,
  isOrdinary,
  isPlain,
  MAX_PATH_STEPS,
  pathStep,
  somePart,
  UmpError,
  type Fields,
  type Path,
} from '../../core/internal.js';
import { isAsyncIterable, referenceOf, type Reference, type WireReference } from './reference.js';

/** A value without its references: its objects and arrays are copies, with holes for these. */
export interface PackedValue {
  readonly value: unknown;
  readonly references: readonly WireReference[];
  /** The ports of the references: to be transferred, or closed if the value is not sent. */
  readonly ports: readonly object[];
}

/** Makes a reference of something that can be iterated. */
type StreamOf = (source: AsyncIterable<unknown>) => Reference;

/**
 * Returns undefined if the value holds no reference. References are found in objects and arrays,
 * MAX_PATH_STEPS deep; what is transferred is not searched.
 * @throws UmpError `Detached` if one of them was closed; `DataClone` if one lies deeper, or in a
 * Map or a Set. Its message has the path, from `root` on, as cloneError() has it.
 */
export function packReferences(
  value: unknown,
  transfer: readonly object[],
  streamOf: StreamOf,
  root = 'value',
): PackedValue | undefined {
  const isTransferred = (part: object): boolean => transfer.length > 0 && transfer.includes(part);
  let found: ReturnType<typeof takeOut>;
  try {
    if (!holdsReferences(value, isTransferred)) return undefined;
    found = takeOut(value, isTransferred, streamOf);
  } catch {
    // A getter or a Proxy of the application has thrown, as it will when the value is cloned.
    return undefined;
  }
  if (found.refusal !== undefined) throw new UmpError('DataClone', root + found.refusal);
  const ports: object[] = [];
  try {
    const references = [...found.places].map(([reference, paths]): WireReference => {
      const port = reference.newPort();
      ports.push(port);
      return [reference.kind, port, ...paths];
    });
    return references.length === 0 ? undefined : { value: found.value, references, ports };
  } catch (error) {
    closePortsIn(ports);
    throw error;
  }
}

type Collection = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

const isCollection = (value: object): value is Collection =>
  value instanceof Map || value instanceof Set;

const travelsByReference = (value: object): boolean =>
  referenceOf(value) !== undefined || (typeof value === 'object' && isAsyncIterable(value));

/** On the path of every call. */
function holdsReferences(top: unknown, isTransferred: (part: object) => boolean): boolean {
  if (!isObjectOrFunction(top)) return false;
  if (travelsByReference(top)) return true;
  if (!isPlain(top) && !isCollection(top)) return false;
  // This set grows while it is processed.
  const toVisit = new Set([top]);
  const visit = (part: unknown): boolean => {
    if (!isObjectOrFunction(part) || isTransferred(part)) return false;
    if (!Array.isArray(part) && travelsByReference(part)) return true;
    if (isOrdinary(part) || isPlain(part) || isCollection(part)) toVisit.add(part);
    return false;
  };
  for (const container of toVisit) if (someReferable(container, visit)) return true;
  return false;
}

/** Like somePart(), but faster where most parts are neither objects nor functions. */
function someReferable(container: object, hit: (part: unknown) => boolean): boolean {
  if (Array.isArray(container)) {
    let at = 0;
    for (; at < container.length; at++) {
      const part: unknown = container[at];
      if (isObjectOrFunction(part) ? hit(part) : part === undefined && !(at in container)) break;
    }
    return at < container.length && somePart(container, hit);
  }
  if (isCollection(container)) return someEntry(container, hit);
  if (!isOrdinary(container)) return somePart(container, hit);
  // An ordinary object inherits nothing that this loop would find, and it is faster than keys().
  for (const key in container) {
    const part = (container as Fields)[key];
    if (isObjectOrFunction(part) && hit(part)) return true;
  }
  return false;
}

function someEntry(collection: Collection, hit: (part: unknown) => boolean): boolean {
  for (const part of collection.values()) if (isObjectOrFunction(part) && hit(part)) return true;
  if (collection instanceof Set) return false;
  for (const key of collection.keys()) if (isObjectOrFunction(key) && hit(key)) return true;
  return false;
}

/** Copies the objects and arrays, so that those of the application stay as they are. */
function takeOut(
  top: unknown,
  isTransferred: (part: object) => boolean,
  streamOf: StreamOf,
): { value: unknown; places: Map<Reference, Path[]>; refusal: string | undefined } {
  let refusal: string | undefined;
  const places = new Map<Reference, Path[]>();
  const known = new Map<object, Reference>();
  const copies = new Map<object, object>();
  const toFill: { from: object; to: object; path: Path }[] = [];

  const referenceFor = (part: object): Reference | undefined => {
    const reference =
      referenceOf(part) ??
      known.get(part) ??
      (typeof part === 'object' && isAsyncIterable(part) ? streamOf(part) : undefined);
    if (reference !== undefined) known.set(part, reference);
    return reference;
  };

  const replace = (part: unknown, parent: Path, key?: string | number): unknown => {
    if (!isObjectOrFunction(part) || isTransferred(part)) return part;
    if (parent.length >= MAX_PATH_STEPS || isCollection(part)) {
      if (holdsReferences(part, isTransferred)) refusal ??= refusalOf(part, parent, key);
      return part;
    }
    const reference = referenceFor(part);
    const isCopied = reference === undefined && isPlain(part);
    if (reference === undefined && !isCopied) return part;
    const copied = copies.get(part);
    if (copied !== undefined) return copied;
    const path = key === undefined ? parent : [...parent, key];
    if (reference !== undefined) {
      const paths = places.get(reference);
      if (paths === undefined) places.set(reference, [path]);
      else paths.push(path);
      return undefined;
    }
    const copy: unknown = Array.isArray(part) ? [] : Object.create(null);
    if (Array.isArray(part)) (copy as unknown[]).length = part.length;
    copies.set(part, copy as object);
    toFill.push({ from: part, to: copy as object, path });
    return copy;
  };

  const value = replace(top, []);
  // This list grows while it is processed.
  for (const { from, to, path } of toFill) {
    somePart(from, (part, key) => {
      (to as Fields)[key] = replace(part, path, key);
      return false;
    });
  }
  return { value, places, refusal };
}

/** Where the part is that holds a reference, and why that cannot be sent. */
function refusalOf(part: object, parent: Path, key: string | number | undefined): string {
  const steps = key === undefined ? parent : [...parent, key];
  if (!isCollection(part)) {
    const top = steps.slice(0, 1).map(pathStep).join('');
    return `${top} holds ${REFERENCES} more than ${String(MAX_PATH_STEPS)} levels deep`;
  }
  const kind = part instanceof Map ? 'Map' : 'Set';
  const path = steps.map(pathStep).join('');
  return `${path} is a ${kind} and holds ${REFERENCES}: only objects and arrays can`;
}

const REFERENCES = 'a callback, a remote object or a stream';
