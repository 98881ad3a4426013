import { UmpError, trimStack } from '../errors.js';
import { holdsErrors, isError } from './error-values.js';
import { IS_HANDLE } from '../support/finalization.js';
import { clones, isObject } from '../support/parts.js';

/** What an engine's refusal to clone becomes: it names the path of the value that cannot travel. */
export function cloneError(
  stackStartFn: unknown,
  cause: unknown,
  value: unknown,
  transfer: readonly object[] | undefined,
): UmpError {
  let fault: string | undefined;
  try {
    const found = find(value, new Set<unknown>(transfer));
    if (typeof found === 'string') fault = found;
    // Other errors are told of values that are too deep, or too large.
    else if ((cause as Error).name === 'DataCloneError') fault = findProxy(found);
  } catch {
    // A getter or a proxy that throws, as it has thrown already: it is the cause.
  }
  const message = fault ?? `this cannot be sent: ${isError(cause) ? cause.message : 'see cause'}`;
  return trimStack(new UmpError('DataClone', message, { cause }), stackStartFn);
}

type Part = [step: string | (() => string), part: unknown];

/** An object on the way to the culprit. */
interface Place {
  readonly value: object;
  readonly step: Part[0];
  readonly parent: Place | undefined;
  readonly parts: Iterator<Part>;
  isEmpty: boolean;
  /** Something in it is transferred, so that it cannot be cloned for a trial. */
  moves: boolean;
}

/** Objects among which a Proxy is looked for: each trial clones them. */
const MOST_TRIED = 10_000;
const LONGEST_PATH = 1000;

/**
 * Names the culprit, or gives the objects in which nothing can be seen to be wrong, those before
 * which they are in. Each object is visited once, depth first, so that the deepest culprit is
 * named. Each place knows its parent, and nothing recurses: a value may be deeper than the stack
 * is.
 */
function find(given: unknown, moving: ReadonlySet<unknown>): string | Place[] {
  const seen = new Map<unknown, Place>();
  const fine: Place[] = [];
  const isPacked = holdsErrors(given);

  const enter = (value: unknown, step: Part[0], parent?: Place): string | Place | undefined => {
    const place = { value, step, parent, isEmpty: true, moves: false } as Omit<Place, 'parts'>;
    if (typeof value === 'function' || typeof value === 'symbol') {
      return value === IS_HANDLE && parent !== undefined
        ? `${pathOf(parent)} is a handle: use transfer() and send the port it gives`
        : `${pathOf(place)} is a ${typeof value} and cannot be cloned`;
    }
    if (!isObject(value)) return undefined;
    const known = seen.get(value);
    if (parent !== undefined && (moving.has(value) || known?.moves === true)) parent.moves = true;
    if (moving.has(value) || known !== undefined) return undefined;
    // Of these the sender leaves out what cannot travel: see error-values.ts.
    if (isPacked && parent?.parent === undefined && isError(value)) return undefined;
    const entered: Place = { ...place, parts: partsOf(value) };
    seen.set(value, entered);
    return entered;
  };

  let at = enter(given, 'value');
  while (isObject(at)) {
    const { parent } = at;
    const next = at.parts.next();
    if (next.done !== true) {
      at.isEmpty = false;
      at = enter(next.value[1], next.value[0], at) ?? at;
      continue;
    }
    const kind = Object.prototype.toString.call(at.value).slice(8, -1);
    if (at.isEmpty && kind !== 'Object' && !clones(at.value)) {
      return `${pathOf(at)} (${kind}) cannot be cloned, and is not in the transfer list`;
    }
    if (!at.moves) fine.push(at);
    else if (parent !== undefined) parent.moves = true;
    at = parent;
  }
  return at ?? fine;
}

/** The engine does not tell a Proxy from an object but by refusing it, and all that it is in. */
function findProxy(fine: readonly Place[]): string | undefined {
  const values = fine.map(({ value }) => value);
  if (values.length > MOST_TRIED || clones(values)) return undefined;
  let [good, bad] = [0, values.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (clones(values.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return `${pathOf(fine[good])} cannot be cloned: it may be a Proxy`;
}

function pathOf(place: Pick<Place, 'step' | 'parent'> | undefined): string {
  const steps: string[] = [];
  for (let at = place; at !== undefined; at = at.parent) {
    steps.push(typeof at.step === 'string' ? at.step : at.step());
  }
  const path = steps.reverse().join('');
  return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path;
}

/** No step is put into words that nobody asks for: there may be a million. */
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
      yield [() => stepOf(key), (value as Record<string, unknown>)[key]];
    }
  }
}

const stepOf = (key: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `.${key}`
    : `[${/^\d+$/.test(key) ? key : JSON.stringify(key)}]`;
