/**
 * structuredClone() for messages that may hold simulated ports. Of what can be cloned, it knows
 * plain objects, arrays, maps, sets and what Node's own function clones without them.
 */
import { SimulatedPort } from './ports.js';

const refuse = (value: unknown): never => {
  throw new DOMException(`${String(value)} could not be cloned.`, 'DataCloneError');
};

/**
 * @param moved Called once for each port of `transfer`; returns the port that takes its place.
 * @returns the clone, and the ports and buffers that have taken the place of those in `transfer`.
 */
export function cloneMessage(
  message: unknown,
  transfer: readonly object[],
  moved: (port: SimulatedPort) => SimulatedPort,
): { data: unknown; transfer: object[] } {
  for (const [at, object] of transfer.entries()) {
    if (transfer.indexOf(object) !== at) refuse('a duplicate in the transfer list');
    if (object instanceof SimulatedPort && !object.canMove) refuse('a port that is gone');
  }
  const copies = new Map<object, unknown>();
  const buffers = transfer.filter((object) => object instanceof ArrayBuffer);
  for (const buffer of buffers) copies.set(buffer, undefined);
  const ports = transfer.filter((object) => object instanceof SimulatedPort);
  check(message, new Set(ports), new Set());
  // Nothing can fail from here on.
  for (const buffer of buffers) {
    copies.set(buffer, structuredCloneOfNode(buffer, { transfer: [buffer] }));
  }
  for (const port of ports) copies.set(port, moved(port));
  return {
    data: copy(message, copies),
    transfer: transfer.map((each) => copies.get(each) as object),
  };
}

const structuredCloneOfNode = structuredClone;

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

/** Throws if a part of the value cannot be cloned. */
function check(value: unknown, ports: ReadonlySet<object>, seen: Set<object>): void {
  if (typeof value === 'function' || typeof value === 'symbol') refuse(value);
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof SimulatedPort) {
    if (!ports.has(value)) refuse('a port that is not in the transfer list');
  } else if (Array.isArray(value)) for (const part of value) check(part, ports, seen);
  else if (value instanceof Map) for (const entry of value) check(entry, ports, seen);
  else if (value instanceof Set) for (const part of value) check(part, ports, seen);
  else if (isOpaque(value)) structuredCloneOfNode(value);
  else for (const part of Object.values(value)) check(part, ports, seen);
}

const isOpaque = (value: object): boolean =>
  !isPlain(value) &&
  (value instanceof Error ||
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    value instanceof Promise ||
    value instanceof WeakMap);

function copy(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  if (Array.isArray(value)) {
    const array: unknown[] = [];
    array.length = value.length;
    copies.set(value, array);
    for (const at of value.keys()) if (at in value) array[at] = copy(value[at], copies);
    return array;
  }
  if (value instanceof Map) {
    const map = new Map<unknown, unknown>();
    copies.set(value, map);
    for (const [key, part] of value) map.set(copy(key, copies), copy(part, copies));
    return map;
  }
  if (value instanceof Set) {
    const set = new Set<unknown>();
    copies.set(value, set);
    for (const part of value) set.add(copy(part, copies));
    return set;
  }
  if (isOpaque(value)) {
    const whole = structuredCloneOfNode(value);
    copies.set(value, whole);
    return whole;
  }
  const object: Record<string, unknown> = {};
  copies.set(value, object);
  for (const [key, part] of Object.entries(value)) object[key] = copy(part, copies);
  return object;
}
