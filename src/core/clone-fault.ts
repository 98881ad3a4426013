import { UmpError, blame } from './errors.js';
import { isError } from './error-values.js';
import { IS_HANDLE } from './handle.js';
import { globals } from './platform.js';

/** What an engine's refusal to clone becomes: it names the path of the value that cannot travel. */
export function dataClone(
  entry: unknown,
  cause: unknown,
  value: unknown,
  transfer: readonly object[] | undefined,
): UmpError {
  let fault: string | undefined;
  try {
    fault = find(value, 'value', new Set<unknown>(transfer));
  } catch {
    // A getter or a proxy that throws, as it has thrown already: it is the cause.
  }
  const message = fault ?? `this cannot be sent: ${isError(cause) ? cause.message : 'see cause'}`;
  return blame(new UmpError('DataClone', message, { cause }), entry);
}

/** Depth first, so that the deepest culprit is named. `seen` starts with what will be transferred. */
function find(value: unknown, path: string, seen: Set<unknown>): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') {
    return `${path} is a ${typeof value} and cannot be cloned`;
  }
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  const inside = parts(value);
  if (inside.some(([, part]) => part === IS_HANDLE)) {
    return `${path} is a handle: use transfer() and send the port it gives`;
  }
  for (const [key, part] of inside) {
    const fault = find(part, path + key, seen);
    if (fault !== undefined) return fault;
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (inside.length > 0 || kind === 'Object' || clones(value)) return undefined;
  return `${path} (${kind}) cannot be cloned, and is not in the transfer list`;
}

function clones(value: unknown): boolean {
  try {
    globals.structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

function parts(value: object): [step: string, part: unknown][] {
  if (ArrayBuffer.isView(value)) return [];
  if (value instanceof Map) {
    return [...value].flatMap(([key, part]) => [
      ['.keys()', key],
      [`.get(${typeof key === 'string' ? JSON.stringify(key) : String(key)})`, part],
    ]);
  }
  if (value instanceof Set) return [...value].map((part) => ['.values()', part]);
  const keys = isError(value) ? Object.getOwnPropertyNames(value) : Object.keys(value);
  return keys.map((key) => [
    /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
      ? `.${key}`
      : `[${/^\d+$/.test(key) ? key : JSON.stringify(key)}]`,
    (value as Record<string, unknown>)[key],
  ]);
}
