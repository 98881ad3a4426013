/** What a remote can ask for, and how the side that has the object carries it out. */
import { UmpError } from '../core/internal.js';

export const GET = 0;
export const SET = 1;
export const APPLY = 2;
export const CONSTRUCT = 3;
export const ENDPOINT = 4;

export type Operation = typeof GET | typeof SET | typeof APPLY | typeof CONSTRUCT | typeof ENDPOINT;

/** Through these, a caller would reach prototypes, and functions that compile code. */
const isForbidden = (key: string): boolean => key === '__proto__' || key === 'constructor';

type Parent = Record<string, unknown>;

/** Carries out an operation on the value at `path` of `root`. */
export function carryOut(
  operation: Operation,
  root: object,
  path: readonly string[],
  args: readonly unknown[],
): unknown {
  if (path.some(isForbidden)) throw new UmpError('MethodNotFound');
  let parent: unknown = root;
  let value: unknown = root;
  for (const key of operation === SET ? path.slice(0, -1) : path) {
    parent = value;
    value = (parent as Parent)[key];
  }
  if (operation === GET) return value;
  if (operation === SET) {
    (value as Parent)[path.at(-1) ?? ''] = args[0];
    return true;
  }
  if (typeof value !== 'function') throw new TypeError(`${path.join('.')} is not a function`);
  return operation === APPLY
    ? Reflect.apply(value, parent, args)
    : (Reflect.construct(value, args) as unknown);
}
