/** connect() and listen() on an endpoint with foreign and forged messages. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { connect, listen } from 'ump-ng';
import { checkInvariants } from '../support/invariants.js';
import {
  F,
  MAGIC,
  ROLE,
  RawPeer,
  VERSION,
  untilQuiet,
  hello,
  rawPeer,
} from '../support/raw-peer.js';

const KNOCK = 0;
const ANNOUNCE = 1;
const OPEN = 2;
const CLOSED = 3;

const port = (): MessagePort => new MessageChannel().port1;

/** Messages of the application, and malformed handshake messages: both are ignored. */
const noise: [string, () => unknown][] = [
  ['text', () => 'ump-ng'],
  ['null', () => null],
  ['an array of the magic word', () => [MAGIC]],
  ['a version that is no number', () => [MAGIC, '1', KNOCK, '']],
  ['a kind that does not exist', () => [MAGIC, VERSION, 9, '']],
  ['a kind that is no number', () => [MAGIC, VERSION, 'KNOCK', '']],
  ['a name that is no string', () => [MAGIC, VERSION, KNOCK, {}]],
  ['an OPEN without port', () => [MAGIC, VERSION, OPEN, '']],
  ['an OPEN with something like a port', () => [MAGIC, VERSION, OPEN, '', { postMessage: 1 }]],
  ['an OPEN to another name', () => [MAGIC, VERSION, OPEN, '__proto__', port()]],
  ['an OPEN of another version', () => [MAGIC, 99, OPEN, '', port()]],
  ['frames of a connection', () => [F.POST, 0, 'x']],
  ['another HELLO', () => hello(ROLE.SERVER)],
  ['frames of another library', () => ({ type: 'HELLO', magic: MAGIC })],
];

checkInvariants();

let far: MessagePort;
let raw: RawPeer;

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  raw = new RawPeer(port1);
  far = port2;
});

afterEach(() => raw.close());

test.each(noise)('a listener hears %s', async (_name, message) => {
  const server = listen(far);
  raw.say(message(), message());
  const opened = rawPeer();
  raw.say([MAGIC, VERSION, OPEN, '', opened.port]);
  opened.raw.say(hello(ROLE.CLIENT), [F.REQ, 1, 'x']);
  const taken = await server.wait();
  if (taken.type === 'request') taken.rctx.reply('y');
  expect(await opened.raw.hears(F.REPLY)).toEqual([F.REPLY, 1, 'y']);
  server.close();
});

test.each(noise)('a connecting client hears %s', async (_name, message) => {
  const client = connect(far);
  const pending = client.req('x');
  raw.say(message(), message());
  raw.say([MAGIC, VERSION, ANNOUNCE, '']);
  while (!raw.heard.some(([, , kind]) => kind === OPEN)) await untilQuiet(raw);
  const opened = new RawPeer(raw.heard.find(([, , kind]) => kind === OPEN)![4] as MessagePort);
  opened.say(hello(ROLE.SERVER), [F.REPLY, 1, 'y']);
  expect(await pending).toBe('y');
  client.close();
  opened.close();
});

describe('a connecting client', () => {
  test('learns that the listener has another version', async () => {
    const client = connect(far);
    const pending = client.tryReq('x');
    raw.say([MAGIC, VERSION - 1, ANNOUNCE, '']);
    const result = await pending;
    expect(!result.ok && result.error).toMatchObject({
      code: 'Protocol',
      message: expect.stringContaining('version 1 of the protocol, this side version 2') as unknown,
    });
  });

  test('sends its port once, however often the listener announces itself', async () => {
    const client = connect(far);
    for (let n = 0; n < 10; n++) raw.say([MAGIC, VERSION, ANNOUNCE, '']);
    await untilQuiet(raw);
    expect(raw.heard.filter(([, , kind]) => kind === OPEN)).toHaveLength(1);
    client.close();
  });

  test('whose port is never used fails when the endpoint closes', async () => {
    const client = connect(far);
    const pending = client.tryReq('x');
    raw.say([MAGIC, VERSION, ANNOUNCE, '']);
    await untilQuiet(raw);
    raw.close();
    const result = await pending;
    expect(!result.ok && result.error.code).toBe('ServerDisappeared');
  });

  test('ignores CLOSED after it was accepted', async () => {
    const client = connect(far);
    raw.say([MAGIC, VERSION, ANNOUNCE, '']);
    while (!raw.heard.some(([, , kind]) => kind === OPEN)) await untilQuiet(raw);
    const opened = new RawPeer(raw.heard.find(([, , kind]) => kind === OPEN)![4] as MessagePort);
    opened.say(hello(ROLE.SERVER));
    await client.connected;
    const pending = client.req('x');
    raw.say([MAGIC, VERSION, CLOSED, '']);
    await untilQuiet(raw);
    opened.say([F.REPLY, 1, 'y']);
    expect(await pending).toBe('y');
    client.close();
    opened.close();
  });
});

test('a listener answers a knock in another version with its own', async () => {
  const server = listen(far);
  await untilQuiet(raw);
  const before = raw.heard.length;
  raw.say([MAGIC, 99, KNOCK, '']);
  await untilQuiet(raw);
  expect(raw.heard.slice(before)).toEqual([[MAGIC, VERSION, ANNOUNCE, '', undefined, false]]);
  server.close();
});

test('garbage on one opened port does not affect another', async () => {
  const server = listen(far);
  const good = rawPeer();
  const bad = rawPeer();
  raw.say([MAGIC, VERSION, OPEN, '', bad.port], [MAGIC, VERSION, OPEN, '', good.port]);
  bad.raw.say('garbage');
  await bad.raw.hears(F.REFUSE);
  good.raw.say(hello(ROLE.CLIENT), [F.REQ, 1, 'x']);
  const taken = await server.wait();
  if (taken.type === 'request') taken.rctx.reply('y');
  expect(await good.raw.hears(F.REPLY)).toEqual([F.REPLY, 1, 'y']);
  server.close();
});
