import { UmpError, trimStack } from '../errors.js';
import { canClone } from './can-clone.js';
import { isError, isPlain } from './error-values.js';
import { IS_HANDLE } from '../support/finalization.js';
import { isObject, somePart } from '../support/parts.js';

/** Turns an engine's refusal to clone into an error that names the path of the faulty value. */
export function cloneError(
  stackStartFn: unknown,
  cause: unknown,
  value: unknown,
  transfer: readonly object[] | undefined,
): UmpError {
  let fault: string | undefined;
  try {
    const found = findFaulty(value, new Set<unknown>(transfer));
    if (typeof found === 'string') fault = found;
    // The engine reports values that are too deep or too large by other errors.
    else if ((cause as Error).name === 'DataCloneError') fault = findProxy(found);
  } catch {
    // A getter or a Proxy has thrown again, as it did for the engine: its error is the cause.
  }
  const message =
    fault ?? `the value cannot be sent: ${isError(cause) ? cause.message : 'see cause'}`;
  return trimStack(new UmpError('DataClone', message, { cause }), stackStartFn);
}

type Part = [step: string | (() => string), part: unknown];

/** An object that was visited, and how it was reached. */
interface VisitedObject {
  readonly value: object;
  readonly step: Part[0];
  readonly parent: VisitedObject | undefined;
  readonly parts: Iterator<Part>;
  isEmpty: boolean;
  /** It contains transferred objects, so that it cannot be cloned for a trial. */
  hasTransferred: boolean;
}

/** The search for a Proxy clones objects again and again; beyond this number it is left out. */
const MAX_TRIED = 10_000;
const MAX_PATH_LENGTH = 1000;

/**
 * Describes the faulty part, or returns the objects that seem to be right, parts before wholes.
 * Each object is visited once, depth first, so that the deepest faulty part is found. Each of them
 * knows its parent, and there is no recursion, because a value may be deeper than the stack.
 */
function findFaulty(top: unknown, transferred: ReadonlySet<unknown>): string | VisitedObject[] {
  const seen = new Map<unknown, VisitedObject>();
  const sound: VisitedObject[] = [];
  const isPacked =
    isError(top) || (isObject(top) && isPlain(top) && somePart(top, (part) => isError(part)));

  const enter = (
    value: unknown,
    step: Part[0],
    parent?: VisitedObject,
  ): string | VisitedObject | undefined => {
    const visited = { value, step, parent, isEmpty: true, hasTransferred: false } as Omit<
      VisitedObject,
      'parts'
    >;
    if (typeof value === 'function' || typeof value === 'symbol') {
      return value === IS_HANDLE && parent !== undefined
        ? `${pathOf(parent)} is a handle: use transfer() and send the port it gives`
        : `${pathOf(visited)} is a ${typeof value} and cannot be cloned`;
    }
    if (!isObject(value)) return undefined;
    const known = seen.get(value);
    if (parent !== undefined && (transferred.has(value) || known?.hasTransferred === true))
      parent.hasTransferred = true;
    if (transferred.has(value) || known !== undefined) return undefined;
    // Parts of these that cannot be cloned are left out by the sender: see error-values.ts.
    if (isPacked && parent?.parent === undefined && isError(value)) return undefined;
    const entered: VisitedObject = { ...visited, parts: partsOf(value) };
    seen.set(value, entered);
    return entered;
  };

  let at = enter(top, 'value');
  while (isObject(at)) {
    const { parent } = at;
    const next = at.parts.next();
    if (next.done !== true) {
      at.isEmpty = false;
      at = enter(next.value[1], next.value[0], at) ?? at;
      continue;
    }
    const kind = Object.prototype.toString.call(at.value).slice(8, -1);
    if (at.isEmpty && kind !== 'Object' && !canClone(at.value)) {
      return `${pathOf(at)} (${kind}) cannot be cloned, and is not in the transfer list`;
    }
    if (!at.hasTransferred) sound.push(at);
    else if (parent !== undefined) parent.hasTransferred = true;
    at = parent;
  }
  return at ?? sound;
}

/** Finds a Proxy by trial: the only sign of it is that the engine refuses whatever contains it. */
function findProxy(sound: readonly VisitedObject[]): string | undefined {
  const values = sound.map(({ value }) => value);
  if (values.length > MAX_TRIED || canClone(values)) return undefined;
  let [good, bad] = [0, values.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (canClone(values.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return `${pathOf(sound[good])} cannot be cloned: it may be a Proxy`;
}

function pathOf(visited: Pick<VisitedObject, 'step' | 'parent'> | undefined): string {
  const steps: string[] = [];
  for (let at = visited; at !== undefined; at = at.parent) {
    steps.push(typeof at.step === 'string' ? at.step : at.step());
  }
  const path = steps.reverse().join('');
  return path.length > MAX_PATH_LENGTH ? `${path.slice(0, MAX_PATH_LENGTH)}…` : path;
}

/** Steps are formatted only on demand, because a value may have a million parts. */
function* partsOf(value: object): Generator<Part, undefined> {
  if (ArrayBuffer.isView(value)) yield ['.buffer', value.buffer];
  else if (value instanceof Map) {
    for (const [key, part] of value) {
      yield ['.keys()', key];
      yield [() => `.get(${typeof key === 'string' ? JSON.stringify(key) : String(key)})`, part];
    }
  } else if (value instanceof Set) {
    for (const part of value) yield ['.values()', part];
  } else {
    for (const key of isError(value) ? ['cause', 'errors'] : Object.keys(value)) {
      yield [() => pathStep(key), (value as Record<string, unknown>)[key]];
    }
  }
}

/** A step of a path in an error message: `.name`, `[1]` or `["two words"]`. */
export const pathStep = (key: string | number): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(String(key))
    ? `.${key}`
    : `[${/^\d+$/.test(String(key)) ? key : JSON.stringify(key)}]`;
