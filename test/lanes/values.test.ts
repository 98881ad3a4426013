/** What arrives on a lane is what structured clone would have delivered. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { channel } from 'ump-ng';
import { packed } from 'ump-ng/lanes';
import { difference } from './same-value.js';

const RUNS = 1500;

const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-0, NaN, Infinity, 127, 128, -1, 2 ** 31, -(2 ** 31), 2 ** 53),
);
const primitive = fc.oneof(
  number,
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\ud800', 'a', '\u0000') }),
  fc.boolean(),
  fc.bigInt(),
  fc.constantFrom(undefined, null, '', 0n),
);

class Point {
  readonly x: unknown;
  constructor(x: unknown) {
    this.x = x;
  }
}

/** Views of one buffer, and the buffer. */
const views = fc
  .tuple(fc.uint8Array({ minLength: 16, maxLength: 40 }), fc.nat(1), fc.nat(1))
  .map(([{ buffer }, at, size]) => [
    new Uint8Array(buffer, at, size + 1),
    new Float64Array(buffer, 8 * at, 1),
    new DataView(buffer, at + 1),
    buffer,
    new BigInt64Array(buffer, 0, size),
  ]);

const key = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.constantFrom(
    'a',
    'b',
    'c',
    'length',
    'constructor',
    '__proto__',
    '0',
    '7',
    'toString',
    'then',
  ),
);

/** A value whose parts may be one and the same object. */
const { value: anyValue } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 5, withCrossShrink: true }, primitive, tie('object'), views),
  object: fc.oneof(
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) =>
      // Object.fromEntries() defines `__proto__` as a property of its own.
      Object.fromEntries(entries),
    ),
    fc.array(tie('value'), { maxLength: 4 }).map((list) => new Set(list)),
    fc
      .array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 })
      .map((entries) => new Map(entries)),
    fc.date({ noInvalidDate: false }),
    fc.sparseArray(tie('value'), { maxLength: 9 }),
    fc.constantFrom(/a+/gi, Object('boxed'), Object(1), Object(false)),
    tie('value').map((part) => new Point(part)),
    fc
      .tuple(fc.string(), tie('value'))
      .map(([message, cause]) => new RangeError(message, { cause })),
    fc.array(tie('value'), { maxLength: 3 }).map((list) => Object.assign(list, { extra: list[0] })),
    tie('value').map((part) => [part, part, { again: part }]),
    tie('value').map((part) => {
      const circle: unknown[] = [part];
      circle.push({ circle });
      return circle;
    }),
    tie('value').map((part) => {
      const map = new Map<unknown, unknown>([['part', part]]);
      return map.set(map, new Set([map, part]));
    }),
  ),
}));

/** Clients on the lane and off it. */
async function lanes(): Promise<{
  arrive(value: unknown): Promise<[plain: unknown, packed: unknown]>;
  close(): void;
}> {
  const [plain, onLane] = [channel(), channel({ lane: packed() })];
  await Promise.all([plain.client.connected, onLane.client.connected]);
  const post = ({ client }: typeof plain, value: unknown): void => {
    // The first message of a turn is never packed.
    client.post('first');
    client.post(value);
  };
  const take = async ({ server }: typeof plain): Promise<unknown> => {
    await server.wait();
    return (await server.wait()).msg;
  };
  return {
    arrive: async (value) => {
      post(plain, value);
      post(onLane, value);
      return [await take(plain), await take(onLane)];
    },
    close: () => {
      for (const { client } of [plain, onLane]) client.close();
    },
  };
}

test('any value arrives as on the plain lane', async () => {
  const { arrive, close } = await lanes();
  await fc.assert(
    fc.asyncProperty(anyValue, async (value) => {
      const [expected, actual] = await arrive(value);
      expect(difference(expected, actual)).toBe(undefined);
    }),
    { numRuns: RUNS },
  );
  close();
}, 120_000);

test('a key `__proto__` takes the plain lane each time', async () => {
  const { arrive, close } = await lanes();
  for (let time = 0; time < 3; time++) {
    const [expected, actual] = await arrive(Object.fromEntries([['__proto__', time]]));
    expect(difference(expected, actual)).toBe(undefined);
    expect(Object.keys(actual as object)).toEqual(['__proto__']);
  }
  close();
});

test('a Map or a Set that a getter in it makes larger does no harm', async () => {
  const { server, client } = channel({ lane: packed() });
  await client.connected;
  for (const grown of [new Map<object, string>(), new Set<object>()]) {
    const add = (part: object): unknown =>
      grown instanceof Map ? grown.set(part, 'value') : grown.add(part);
    const part = {
      get grows() {
        add({});
        return 'more';
      },
    };
    add(part);
    for (const value of ['first', grown, 'last']) client.post(value);
    await server.wait();
    const [{ msg }, last] = [await server.wait(), await server.wait()];
    expect((msg as typeof grown).size).toBeGreaterThan(0);
    expect(last.msg).toBe('last');
  }
  client.close();
});

test('the comparison finds what differs', () => {
  const shared = {};
  for (const [one, other] of [
    [0, -0],
    [
      [shared, shared],
      [{}, {}],
    ],
    [
      [{}, {}],
      [shared, shared],
    ],
    [[undefined], Array(1)],
    [new Set([1]), new Set([2])],
    [{ a: undefined }, {}],
    [new Uint8Array([1]), new Uint8Array([1, 2]).subarray(0, 1)],
    [new Date(1), new Date(2)],
    [{}, new Map()],
  ]) {
    expect(difference(one, other)).not.toBe(undefined);
    expect(difference(one, one)).toBe(undefined);
  }
});
