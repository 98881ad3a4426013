/** Makes the value of a shape. */
import { odd } from './odd.js';
import { isComposed, type Shape, type ShapeParts } from './shape.js';

/** What the value takes from the attacker. */
export interface Supplies {
  /** All numbers of parts are multiplied by it. */
  readonly size: number;
  readonly count: number;
  port(number: number | undefined): object | undefined;
  line(number: number): object | undefined;
}

/** A value with more parts is cut off: parts in parts would multiply. */
const MAX_PARTS = 400_000;
const MAX_DEPTH = 100_000;

const TYPES: Record<string, (length: number) => object> = {
  Uint8Array: (length) => new Uint8Array(length),
  Float64Array: (length) => new Float64Array(length),
  BigInt64Array: (length) => new BigInt64Array(length),
  ArrayBuffer: (length) => new ArrayBuffer(length),
  SharedArrayBuffer: (length) => new SharedArrayBuffer(length),
};
export const typeNames = Object.keys(TYPES);

type Part = () => unknown;

/** Builds without recursion from part to part of a nest: those may be very deep. */
export class Builder {
  readonly #supplies: Supplies;
  /** What was built so far, in order. */
  readonly #built: object[] = [];
  /** The ports in the value, which must be transferred. */
  readonly ports = new Set<object>();
  /** How many parts the value has, each once. */
  parts = 0;

  constructor(supplies: Supplies) {
    this.#supplies = supplies;
  }

  build(shape: Shape): unknown {
    this.parts++;
    if (!isComposed(shape)) return shape;
    const [head, ...rest] = shape;
    return (this.#makers[head] as ((...rest: unknown[]) => unknown) | undefined)?.(...rest);
  }

  #times(count: number, each = 1): number {
    const wanted = Math.floor(count * this.#supplies.size);
    const left = MAX_PARTS - this.parts;
    return Math.max(0, Math.min(wanted, Math.floor(left / Math.max(1, each))));
  }

  #keep<T extends object>(object: T): T {
    this.#built.push(object);
    return object;
  }

  #take(port: object | undefined): object | undefined {
    if (port !== undefined) this.ports.add(port);
    return port;
  }

  #fill(into: object, fields: readonly (readonly [string, Shape])[]): object {
    for (const [key, part] of fields) {
      // An own property, also for the key `__proto__`.
      const value = this.build(part);
      Object.defineProperty(into, key, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return into;
  }

  /** Calls `add` `count` times: with the same part, or with parts that are built afresh. */
  #repeat(count: number, part: Shape, afresh: boolean, add: (at: number, part: Part) => void) {
    if (afresh) {
      for (let at = 0; at < count && this.parts < MAX_PARTS; at++) add(at, () => this.build(part));
    } else {
      const one = this.build(part);
      this.parts += count;
      for (let at = 0; at < count; at++) add(at, () => one);
    }
  }

  #many(count: number, part: Shape, afresh: boolean): unknown[] {
    const into = this.#keep([] as unknown[]);
    this.#repeat(this.#times(count), part, afresh, (_at, make) => into.push(make()));
    return into;
  }

  #fields(count: number, part: Shape, afresh: boolean): object {
    const into: Record<string, unknown> = this.#keep({});
    this.#repeat(this.#times(count), part, afresh, (at, make) => (into[`f${at}`] = make()));
    return into;
  }

  #wrap(depth: number, part: Shape, wrap: (inner: unknown) => object): unknown {
    let value = this.build(part);
    const times = Math.min(this.#times(depth), MAX_DEPTH);
    for (let at = 0; at < times; at++) value = wrap(value);
    this.parts += times;
    if (times > 0) this.#keep(value as object);
    return value;
  }

  readonly #makers: { [H in keyof ShapeParts]: (...rest: ShapeParts[H]) => unknown } = {
    odd: (name) => odd(name),
    list: (...parts) => {
      const into = this.#keep([] as unknown[]);
      for (const part of parts) into.push(this.build(part));
      return into;
    },
    object: (...fields) => this.#fill(this.#keep({}), fields),
    map: (...entries) => {
      const into = this.#keep(new Map<unknown, unknown>());
      for (const [key, part] of entries) into.set(this.build(key), this.build(part));
      return into;
    },
    set: (...parts) => {
      const into = this.#keep(new Set<unknown>());
      for (const part of parts) into.add(this.build(part));
      return into;
    },
    same: (count, part) => this.#many(count, part, false),
    each: (count, part) => this.#many(count, part, true),
    sameFields: (count, part) => this.#fields(count, part, false),
    eachField: (count, part) => this.#fields(count, part, true),
    sameMap: (count, part) => {
      const into = this.#keep(new Map<unknown, unknown>());
      this.#repeat(this.#times(count), part, false, (at, make) => into.set(at, make()));
      return into;
    },
    eachSet: (count, part) => {
      const into = this.#keep(new Set<unknown>());
      this.#repeat(this.#times(count), part, true, (_at, make) => into.add(make()));
      return into;
    },
    nest: (depth, part) => this.#wrap(depth, part, (inner) => [inner]),
    chain: (depth, part) => this.#wrap(depth, part, (next) => ({ next })),
    twist: (depth, count, part) => {
      let value = this.build(part);
      const times = this.#times(count, Math.max(1, depth));
      for (let at = 0; at < Math.min(depth, 50); at++) {
        const inner = value;
        value = this.#keep(Array.from({ length: times }, () => inner));
        this.parts += times;
      }
      return value;
    },
    again: (number) =>
      this.#built.length === 0 ? undefined : this.#built[number % this.#built.length],
    // At most this long: what the engine itself does with a shorter one is another matter.
    sparse: (length) => this.#keep(new Array<unknown>(length < 2 ** 26 ? 2 ** 32 - 1 : length)),
    text: (length) => 'x'.repeat(this.#times(length)),
    digits: (length) => BigInt(`1${'0'.repeat(Math.min(this.#times(length), 4000))}`),
    bytes: (type, length) => (TYPES[type] ?? TYPES['Uint8Array']!)(this.#times(length)),
    error: (name, message, fields) => {
      const error = this.#keep(new Error());
      this.#fill(error, [['name', name], ['message', message], ...fields]);
      return error;
    },
    record: (name, fields, more) => {
      const record = this.#keep({});
      const all: [string, Shape][] = [
        ['name', name],
        ['message', 'm'],
        ['stack', 's'],
      ];
      return this.#fill(record, [...all, ['fields', fields], ...more]);
    },
    port: (number) => this.#take(this.#supplies.port(number)),
    fresh: () => this.#take(this.#supplies.port(undefined)),
    line: (number) => this.#take(this.#supplies.line(number)),
    count: () => this.#supplies.count,
  };
}
