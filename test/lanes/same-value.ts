/** Compares two clones of one value, which may belong to different realms. */

const kindOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** What to compare of an object, beside its kind: its parts, which may be objects. */
function partsOf(value: object): unknown[] {
  const kind = kindOf(value);
  if (kind === 'Map') return [...(value as Map<unknown, unknown>)].flat();
  if (kind === 'Set') return [...(value as Set<unknown>)];
  if (kind === 'Date') return [(value as Date).getTime()];
  if (kind === 'RegExp') return [(value as RegExp).source, (value as RegExp).flags];
  if (kind === 'ArrayBuffer') return [...new Uint8Array(value as ArrayBuffer)];
  if (['Number', 'String', 'Boolean', 'BigInt'].includes(kind)) {
    return [(value as { valueOf(): unknown }).valueOf()];
  }
  if (ArrayBuffer.isView(value)) return [value.buffer, value.byteOffset, value.byteLength];
  const own = Object.keys(value).flatMap((key) => [key, (value as Record<string, unknown>)[key]]);
  if (kind === 'Array') return [(value as unknown[]).length, ...own];
  if (kind !== 'Error') return own;
  const { name, message, stack, cause } = value as Error;
  return [name, message, stack, cause, ...own];
}

/** Why the values differ, or undefined: also in which of their parts are the same object. */
export function difference(one: unknown, other: unknown): string | undefined {
  const partners = new Map<object, object>();
  const back = new Set<object>();
  const toCompare: [unknown, unknown, string][] = [[one, other, 'value']];
  for (;;) {
    const next = toCompare.pop();
    if (next === undefined) return undefined;
    const [a, b, path] = next;
    if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) {
      if (!Object.is(a, b)) return `${path}: ${String(a)} and ${String(b)}`;
      continue;
    }
    if (partners.has(a) || back.has(b)) {
      if (partners.get(a) !== b) return `${path}: another object`;
      continue;
    }
    partners.set(a, b);
    back.add(b);
    if (kindOf(a) !== kindOf(b)) return `${path}: ${kindOf(a)} and ${kindOf(b)}`;
    const [parts, others] = [partsOf(a), partsOf(b)];
    if (parts.length !== others.length)
      return `${path}: ${parts.length} and ${others.length} parts`;
    for (const [at, part] of parts.entries()) toCompare.push([part, others[at], `${path}[${at}]`]);
  }
}
