/** The values that JSON lacks, by name; those that a platform lacks are missing. */
const makers: Record<string, () => unknown> = {
  undefined: () => undefined,
  '-0': () => -0,
  NaN: () => NaN,
  Infinity: () => Infinity,
  '-Infinity': () => -Infinity,
  '2^53': () => 2 ** 53,
  '2^53-1': () => 2 ** 53 - 1,
  '2^32': () => 2 ** 32,
  '2^32-1': () => 2 ** 32 - 1,
  '2^31': () => 2 ** 31,
  '-2^53': () => -(2 ** 53),
  '1e308': () => 1e308,
  '0.5': () => 0.5,
  '5e-324': () => Number.MIN_VALUE,
  '0n': () => 0n,
  '1n': () => 1n,
  'boxed number': () => Object(1) as unknown,
  'boxed text': () => Object('length') as unknown,
  'boxed flag': () => Object(false) as unknown,
  'boxed bigint': () => Object(1n) as unknown,
  date: () => new Date(0),
  'invalid date': () => new Date(NaN),
  regexp: () => /(a+)+$/g,
  'array of the language': () => Object.assign([1, 2], { named: 3, '-1': 4 }),
  'no prototype': () => Object.assign(Object.create(null) as object, { x: 1 }),
  'own __proto__': () => JSON.parse('{"__proto__": {"polluted": 1}}') as unknown,
  'own constructor': () => ({ constructor: { prototype: { polluted: 1 } }, then: 1 }),
  'looks like a port': () => ({ postMessage: 1, close: 1 }),
  'looks settled': () => [{ status: 'fulfilled', value: 1 }],
  buffer: () => new ArrayBuffer(8),
  view: () => new DataView(new ArrayBuffer(8)),
  shared: () => new SharedArrayBuffer(8),
  doorbell: () => new SharedArrayBuffer(12),
  'error of the language': () => new TypeError('odd', { cause: new RangeError('inner') }),
  'error of errors': () => new AggregateError([new Error('one')], 'all'),
  blob: () => new Blob(['blob']),
  exception: () => new DOMException('odd', 'AbortError'),
  rectangle: () => new (global('DOMRect'))(1, 2, 3, 4),
  matrix: () => new (global('DOMMatrix'))(),
  image: () => new (global('ImageData'))(1, 1),
  file: () => new (global('File'))(['x'], 'name'),
};

const global = (name: string): new (...args: unknown[]) => object =>
  (globalThis as unknown as Record<string, new (...args: unknown[]) => object>)[name]!;

/** The names of the values that this platform has. */
export const oddNames: readonly string[] = Object.keys(makers).filter((name) => {
  try {
    makers[name]!();
    return true;
  } catch {
    return false;
  }
});

/** Undefined for an unknown name: a corpus may come from another platform. */
export function odd(name: string): unknown {
  try {
    return makers[name]?.();
  } catch {
    return undefined;
  }
}
