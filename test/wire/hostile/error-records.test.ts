/** Malformed error records: [REQ, id, value, transfer, records]. */
import { expect, test } from '@jest/globals';
import { channel, type Dropped } from 'ump-ng';
import { rawPeerBesideClient } from '../support/raw-peer-beside-client.js';
import { F, ROLE, untilQuiet, hello, rawPeer } from '../support/raw-peer.js';

const { raw, taken, refuses } = rawPeerBesideClient();

const record = (more: object = {}): object => ({
  ...{ name: 'Error', message: 'm', stack: 's', fields: {} },
  ...more,
});
const evil = JSON.parse(
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
) as object;

test.each<[string, unknown[]]>([
  ['a record that is null', [null]],
  ['a record that is a number', [5]],
  ['a record that is text', ['Error']],
  ['an empty record', [{}]],
  ['a record that is a list', [['Error', 'm']]],
  ['fields that are none', [record({ fields: null })]],
  ['no fields', [record({ fields: undefined })]],
  ['paths that are no list', [record({ at: 'path' })]],
  ['a path that is no list', [record({ at: ['path'] })]],
  ['a path without steps', [record({ at: [[]] })]],
  ['a path that leads nowhere', [record({ at: [['x', 0, 'y']] })]],
  ['a path to what is no Error', [record({ at: [[0]] })]],
  ['a path along what is inherited', [record({ at: [['constructor', 'prototype']] })]],
  ['a path of a million steps', [record({ at: [Array.from({ length: 1e6 }, () => 0)] })]],
  ['a path of holes', [record({ at: [new Array(2 ** 32 - 1)] })]],
])('%s is refused', async (_name, records) => {
  raw().say(hello(ROLE.CLIENT), [F.REQ, 1, records, undefined, records]);
  await refuses(/malformed/);
  expect(taken()).toEqual([]);
});

const self = record() as { fields: Record<string, unknown> };
self.fields['cause'] = self;

test.each<[string, unknown[]]>([
  ['fields called __proto__ and constructor', [record({ fields: evil })]],
  ['a class called constructor', [record({ name: 'constructor' })]],
  ['a class called __proto__', [record({ name: '__proto__' })]],
  [
    'an UmpError with a code that is none',
    [record({ name: 'UmpError', fields: { code: 'toString' } })],
  ],
  ['a name that is no string', [record({ name: {}, message: [], stack: 1 })]],
  [
    'a field called stack, name and message',
    [record({ fields: { stack: 1, name: 2, message: 3 } })],
  ],
  ['a record that is its own cause', [self]],
  ['one record twice', [self, self]],
  ['a registered class called __proto__', [record({ class: '__proto__' })]],
  ['a registered class that is no string', [record({ class: { toString: 0 } })]],
])('%s: no prototype changes', async (_name, records) => {
  raw().say(hello(ROLE.CLIENT), [F.REQ, 1, records[0], undefined, records]);
  await untilQuiet(raw());
  expect(raw().refused || raw().heard.some(([tag]) => tag === F.REPLY)).toBe(true);
});

test('a value whose own fields are called __proto__ arrives as it is', async () => {
  const bait = { evil, error: record() };
  raw().say(hello(ROLE.CLIENT), [F.REQ, 1, bait, undefined, [bait.error]]);
  await raw().hears(F.REPLY);
  expect(Object.keys((taken()[0] as { evil: object }).evil)).toEqual(['__proto__', 'constructor']);
});

test('records that are not part of the value change nothing', async () => {
  raw().say(hello(ROLE.CLIENT), [F.REQ, 1, { plain: 1 }, undefined, [record()]]);
  expect(await raw().hears(F.REPLY)).toEqual([F.REPLY, 1, { plain: 1 }]);
});

test('a thousand of them in the queue: the connection is refused once', async () => {
  raw().say(hello(ROLE.CLIENT));
  for (let id = 1; id <= 1000; id++) raw().say([F.REQ, id, 'x', undefined, [null]]);
  await refuses(/malformed/);
  expect(raw().heard.filter(([tag]) => tag === F.REFUSE)).toHaveLength(1);
  expect(taken()).toEqual([]);
});

test('of undelivered posts, onDropped gets only the readable ones', async () => {
  const dropped: Dropped[] = [];
  const { server } = channel({ onDropped: (what) => dropped.push(what) });
  const peer = rawPeer();
  server.accept(peer.port);
  server.close();
  peer.raw.say(hello(ROLE.CLIENT), [F.POST, 0, 'x', undefined, [null]], [F.POST, 0, 'last']);
  while (dropped.length === 0) await new Promise(setImmediate);
  expect(dropped).toEqual([{ type: 'post', msg: 'last' }]);
});
