/** The reader of records, towards a writer that sends anything. */
import { expect, test } from '@jest/globals';
import { channel, Client } from 'ump-ng';
import { packed } from 'ump-ng/lanes';
import {
  F,
  hello,
  MAGIC,
  rawPeer,
  ROLE,
  terms,
  untilQuiet,
  VERSION,
} from '../wire/support/raw-peer.js';

/** Records that are changed. */
const RUNS = 200_000;

type Bytes = Uint8Array<ArrayBuffer>;

interface Reader {
  readonly hasMore: boolean;
  begin(bytes: Bytes, texts: readonly unknown[]): void;
  end(): void;
  next(): unknown[] | undefined;
}
const { Unpacker } = (await import(
  new URL('../../dist/lanes/unpacker.js', import.meta.url).href
)) as { Unpacker: new () => Reader };

const PACKED = 29;
const helloOnLane = (role: number): unknown[] => [
  F.HELLO,
  MAGIC,
  VERSION,
  role,
  terms(0, ['unread', 'references', 'lane:packed']),
];

const shared = { n: 1 };
const VALUES: readonly unknown[] = [
  ...Array.from({ length: 8 }, (_, n) => ({ n, op: 'echo', list: [n, -n, n / 3] })),
  [undefined, null, true, false, 0, -0, 127, 128, 2 ** 31, 0.5, 10n, 'text', ''],
  new Map<unknown, unknown>([
    ['a', shared],
    [shared, new Set([1, 'b', shared])],
  ]),
  [new Uint8Array([1, 2, 3]), new DataView(new ArrayBuffer(9), 1), new Date(5), new Date(NaN)],
  { deep: { deep: { deep: [[[[{}]]]] } } },
  Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`key ${at}`, at])),
];

/** What a client that posts all values in one turn sends. */
async function written(): Promise<unknown[][]> {
  const { raw, port } = rawPeer();
  const client = Client.from(port, { lane: packed() });
  raw.say(helloOnLane(ROLE.SERVER));
  await client.connected;
  for (const value of VALUES) client.post(value);
  for (const value of VALUES) void client.tryReq(value);
  await untilQuiet(raw);
  raw.close();
  return raw.heard;
}

test('the first frame of a turn leaves as it is, and the others together', async () => {
  const tags = (await written()).map(([tag]) => tag).filter((tag) => tag !== F.HELLO);
  expect(tags[0]).toBe(F.POST);
  expect(new Set(tags.slice(1))).toEqual(new Set([PACKED]));
  expect(tags.length).toBeLessThan(VALUES.length / 2);
});

/** A generator of numbers that is the same in each run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** How many objects and parts there are. */
function sizeOf(top: unknown): number {
  const seen = new Set<unknown>();
  const open = [top];
  let parts = 0;
  while (open.length > 0) {
    const value = open.pop();
    parts++;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Map) open.push(...value.keys(), ...value.values());
    else if (value instanceof Set) open.push(...value);
    else if (value instanceof ArrayBuffer) parts += value.byteLength;
    else if (!ArrayBuffer.isView(value)) open.push(...(Object.values(value) as unknown[]));
  }
  return parts;
}

test('changed records are read or refused, in memory that is in proportion to them', async () => {
  const [, , [, bytes, texts] = []] = await written();
  const original = bytes as Bytes;
  const random = randomFrom(7);
  const reader = new Unpacker();
  let [read, refused] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    const start = random(original.length);
    const changed = original.slice(random(3) === 0 ? 0 : start, start + 1 + random(200));
    for (let changes = random(4); changes > 0; changes--) {
      changed[random(changed.length)] = random(256);
    }
    const fresh = random(4) === 0 ? new Unpacker() : reader;
    fresh.begin(changed, random(5) === 0 ? [1, {}, 'a'] : (texts as unknown[]));
    try {
      let parts = 0;
      while (fresh.hasMore) parts += sizeOf(fresh.next());
      // A shape repeats its keys at no cost, but not its values.
      expect(parts).toBeLessThan(50 * (changed.length + 1));
      read++;
    } catch (error) {
      if ((error as Error).message.includes('toBeLessThan')) throw error;
      refused++;
    }
    fresh.end();
  }
  expect(read).toBeGreaterThan(RUNS / 100);
  expect(refused).toBeGreaterThan(RUNS / 100);
}, 120_000);

const record = (...bytes: number[]): Bytes => new Uint8Array([F.POST, 0, ...bytes]);
const INT32_MAX = [0x84, 0xff, 0xff, 0xff, 0x7f];

test.each<[string, unknown, unknown]>([
  ['no bytes', undefined, []],
  ['bytes of another kind', new Uint16Array(4), []],
  ['shared memory', new Uint8Array(new SharedArrayBuffer(8)), []],
  ['no texts', record(0), undefined],
  ['texts with holes', record(0), new Array(2 ** 32 - 1)],
  ['a record that ends early', new Uint8Array([F.POST]), []],
  ['a tag that does not exist', new Uint8Array([0x7e, 0, 0]), []],
  ['a text that is not there', record(0x86), []],
  ['a text that is an object', record(0x86), [{}]],
  ['an array of 2^31 elements', record(0x88, ...INT32_MAX), []],
  ['an object of 2^31 keys', record(0x87, ...INT32_MAX), []],
  ['a Map of 2^31 entries', record(0x8a, ...INT32_MAX), []],
  ['a Set of 2^31 elements', record(0x8b, ...INT32_MAX), []],
  ['a buffer of 2^31 bytes', record(0x8d, ...INT32_MAX), []],
  ['a negative count', record(0x88, 0x84, 0xff, 0xff, 0xff, 0xff), []],
  ['a count that is a text', record(0x88, 0x86), ['1']],
  ['a count that is a fraction', record(0x88, 0x85, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f), []],
  ['a reference to nothing', record(0x89, 0), []],
  ['a reference to what follows', record(0x88, 1, 0x89, 1), []],
  ['a view outside of its buffer', record(0x8e, 0, 0x8d, 2, 1, 2, 1, 2), []],
  ['a view of what is no buffer', record(0x8e, 0, 0x88, 0, 0, 0), []],
  ['a view of a kind that does not exist', record(0x8e, 99, 0x8d, 1, 1, 0, 1), []],
  ['a shape that was not defined', record(0x91), []],
  ['a shape of 2^31 keys', record(0x8f, ...INT32_MAX), []],
  ['a shape with a prototype', record(0x8f, 1, 0), ['__proto__']],
  ['an object with a prototype', record(0x87, 1, 0x88, 0), ['__proto__']],
  ['a key that is a number', record(0x87, 1, 0), [1n]],
  ['a key of a shape that is long', record(0x8f, 1, 0), ['k'.repeat(1000)]],
  [
    'an array within an array, and so on',
    record(...Array.from({ length: 2000 }, () => [0x88, 1]).flat(), 0),
    [],
  ],
  ['a frame that is no array', new Uint8Array([0x40, 0]), []],
  ['a frame that no client sends', new Uint8Array([0x40, 0x88, 2, 14, 1]), []],
  ['a second HELLO', new Uint8Array([0x40, 0x88, 1, 0]), []],
  ['one record too many', new Uint8Array([F.POST, 0, 1, F.POST, 0, 0xfe]), []],
])('a client that sends %s is refused, and others are served', async (_name, bytes, texts) => {
  const { server, client } = channel({ lane: packed() });
  const { raw, port } = rawPeer();
  server.accept(port);
  raw.say(helloOnLane(ROLE.CLIENT), [PACKED, bytes, texts]);
  await raw.end();
  expect(raw.refused).toBe(true);
  client.post('served');
  const arrived: unknown[] = [];
  while (!arrived.includes('served')) arrived.push((await server.wait()).msg);
  client.close();
  raw.close();
});

test('more shapes than are allowed', async () => {
  const { server, client } = channel({ lane: packed() });
  const { raw, port } = rawPeer();
  server.accept(port);
  raw.say(helloOnLane(ROLE.CLIENT));
  const shape = (at: number): unknown[] => [PACKED, record(0x8f, 1, 1), [`key ${at}`]];
  for (let at = 0; at < 256; at++) raw.say(shape(at));
  // The number of the last shape is 255. After it, the writer must begin anew.
  raw.say([PACKED, record(0x90, 255, 2), []]);
  raw.say([PACKED, new Uint8Array([0x41, F.POST, 0, 0x8f, 1, 3]), ['again']]);
  raw.say([PACKED, record(0x91, 4), []]);
  await untilQuiet(raw);
  expect(raw.refused).toBe(false);
  for (let at = 0; at < 256; at++) raw.say(shape(at));
  await raw.end();
  expect(raw.refused).toBe(true);
  const arrived: unknown[] = [];
  client.close();
  for await (const { msg } of server) arrived.push(msg);
  expect(arrived.slice(256, 259)).toEqual([{ 'key 255': 2 }, { again: 3 }, { again: 4 }]);
});

test('a batch is refused where no lane was agreed on', async () => {
  const { server, client } = channel({ lane: packed() });
  const { raw, port } = rawPeer();
  server.accept(port);
  raw.say(hello(ROLE.CLIENT), [PACKED, record(0), []]);
  await raw.end();
  expect(raw.refused).toBe(true);
  client.close();
});
