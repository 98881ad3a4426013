/** Clients, and callers of moved requests, whose server breaks the protocol. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Client, isUmpError, type Result } from 'ump-ng';
import { checkInvariants } from '../support/invariants.js';
import {
  F,
  MAGIC,
  ROLE,
  VERSION,
  untilQuiet,
  hello,
  terms,
  rawPeer,
  type RawPeer,
} from '../support/raw-peer.js';

const port = (): MessagePort => new MessageChannel().port1;

let raw: RawPeer;
let client: Client<unknown, unknown, unknown, unknown>;
/** The first request of the client: id 1, pending. */
let pending: Promise<Result<unknown, unknown>>;

checkInvariants();

beforeEach(async () => {
  const peer = rawPeer();
  raw = peer.raw;
  client = Client.from(peer.port);
  pending = client.tryReq('x');
  await raw.hears(F.REQ);
});

afterEach(() => {
  client.close();
  raw.close();
});

async function code(outcome: Promise<Result<unknown, unknown>>): Promise<string> {
  const result = await outcome;
  return result.ok ? 'ok' : result.error.code;
}

async function isRefused(): Promise<void> {
  await raw.hears(F.REFUSE);
  await raw.end();
  expect(await code(pending)).toBe('Protocol');
  expect((await client.closed).code).toBe('Protocol');
  expect(await code(client.tryReq('later'))).toBe('Protocol');
  await expect(client.ready()).rejects.toMatchObject({ code: 'Protocol' });
}

describe('the first frame must be a HELLO', () => {
  test.each<[string, unknown]>([
    ['a reply before it', [F.REPLY, 1, 'y']],
    ['a goodbye before it', [F.BYE]],
    ['another version', [F.HELLO, MAGIC, VERSION - 1, ROLE.SERVER, 0]],
    ['another magic', [F.HELLO, 'comlink', VERSION, ROLE.SERVER, terms()]],
    ['a client at the other end as well', hello(ROLE.CLIENT)],
    ['the replier of a context', hello(ROLE.REPLIER)],
    ['garbage', { type: 'RESULT', id: 1, value: 'y' }],
    ['nothing', null],
  ])('%s', async (_name, frame) => {
    const connected = client.connected.catch((error: unknown) => error);
    raw.say(frame);
    await isRefused();
    expect(isUmpError(await connected, 'Protocol')).toBe(true);
  });

  test('two clients at the two ends of one channel both fail', async () => {
    const { port1, port2 } = new MessageChannel();
    const [one, two] = [Client.from(port1), Client.from(port2)];
    expect(await Promise.all([code(one.tryReq(1)), code(two.tryReq(2))])).toEqual([
      'Protocol',
      'Protocol',
    ]);
  });

  test('the reason of a refusal is the message of the error', async () => {
    raw.say([F.REFUSE, 'we are closed on Sundays']);
    const result = await pending;
    expect(!result.ok && result.error.message).toBe('we are closed on Sundays');
    expect((await client.closed).code).toBe('Protocol');
  });
});

describe('after it', () => {
  beforeEach(() => raw.say(hello(ROLE.SERVER)));

  test.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['an empty array', () => []],
    ['a number that no frame has', () => [99]],
    ['a second HELLO', () => hello(ROLE.SERVER)],
    ['a reply without id', () => [F.REPLY]],
    ['a reply with id "1"', () => [F.REPLY, '1', 'y']],
    ['a reply with id "__proto__"', () => [F.REPLY, '__proto__', 'y']],
    ['a reply with id -0.5', () => [F.REPLY, -0.5, 'y']],
    ['an ERR whose code is none', () => [F.ERR, 1, 5]],
    ['an ERR whose message is none', () => [F.ERR, 1, 'NotSupported', {}]],
    ['something thrown without an id', () => [F.HANDLER_ERROR]],
    ['something thrown with errors that are none', () => [F.HANDLER_ERROR, 1, 'x', undefined, {}]],
    [
      'own ports that are no indexes',
      () => [F.REPLY, 1, 'y', undefined, undefined, [{ toString: 0, valueOf: 0 }]],
    ],
    ['MOVED without a port', () => [F.MOVED, 1]],
    ['MOVED to something like a port', () => [F.MOVED, 1, { postMessage: {}, close: {} }]],
    ['a PROBE, which is for servers', () => [F.PROBE, 1, 1, 1]],
    ['an unread request without an id', () => [F.UNREAD]],
    ['an unread request with errors that are none', () => [F.UNREAD, 1, 'x', undefined, {}]],
    ['GOAWAY with errors that make no sense', () => [F.GOAWAY, 1, [1]]],
    ['credit of -5', () => [F.CREDIT, -5]],
    ['credit of Infinity', () => [F.CREDIT, Infinity]],
    ['REDIRECT without a port', () => [F.REDIRECT, 'port']],
    ['ADOPTED without a list', () => [F.ADOPTED, 1]],
    ['own ports that are a number', () => [F.REPLY, 1, 'y', undefined, undefined, 1]],
    ['a post', () => [F.POST, 0, 'x']],
    ['a request', () => [F.REQ, 1, 'x']],
    ['ADD_CLIENT', () => [F.ADD_CLIENT, port(), 0]],
    ['STATE', () => [F.STATE, 0, true, true]],
    ['FORWARD', () => [F.FORWARD, 1, []]],
  ])('%s is refused', async (_name, frame) => {
    raw.say(frame(), [F.REPLY, 1, 'too late']);
    await isRefused();
  });

  test('an ERR with a code that does not exist is a Protocol error of that request', async () => {
    raw.say([F.ERR, 1, '__proto__']);
    expect(await code(pending)).toBe('Protocol');
    raw.say([F.ERR, 2, 'constructor']);
    expect(await code(client.tryReq('y'))).toBe('Protocol');
  });

  test('an answer whose errors are malformed is a Protocol error of that request', async () => {
    raw.say([F.FAIL, 1, {}, undefined, [null]]);
    expect(await code(pending)).toBe('Protocol');
    raw.say([F.REPLY, 2, 'fine']);
    expect(await client.req('y')).toBe('fine');
  });

  test('replies for unknown ids, and second replies, change nothing', async () => {
    raw.say([F.REPLY, 99, 'a'], [F.FAIL, 0, 'b'], [F.ERR, Number.MAX_SAFE_INTEGER, 'NoReply']);
    raw.say([F.REPLY, 1, 'first'], [F.REPLY, 1, 'second'], [F.ERR, 1, 'NoReply']);
    expect(await pending).toEqual({ ok: true, value: 'first' });
    raw.say([F.REPLY, 2, 'next']);
    expect(await client.req('y')).toBe('next');
  });

  test('unexpected credit, ADOPTED for unknown ids', async () => {
    raw.say([F.CREDIT, Number.MAX_SAFE_INTEGER], [F.CREDIT, Number.MAX_SAFE_INTEGER]);
    raw.say([F.ADOPTED, [5, '6', {}, null], 0], [F.REPLY, 1, 'y']);
    expect(await pending).toEqual({ ok: true, value: 'y' });
  });

  test('a redirect to a dead port loses pending requests, and does not hang', async () => {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    raw.say([F.REDIRECT, port1]);
    await raw.hears(F.REDIRECTED);
    raw.say([F.BYE]);
    expect(await code(pending)).toBe('ServerDisappeared');
    expect((await client.closed).code).toBe('ServerDisappeared');
  });

  test('a redirect to a port that sends garbage', async () => {
    const next = rawPeer();
    raw.say([F.REDIRECT, next.port], [F.BYE]);
    next.raw.say('garbage');
    await next.raw.hears(F.REFUSE);
    expect(await code(pending)).toMatch(/^(Protocol|ServerDisappeared)$/);
    expect((await client.closed).code).toBe('Protocol');
  });

  test('a hundred redirects in a row, the last peer answers', async () => {
    const chain = Array.from({ length: 100 }, () => rawPeer());
    let here = raw;
    for (const { raw: next, port: far } of chain) {
      here.say([F.REDIRECT, far]);
      await next.hears(F.HELLO);
      next.say(hello(ROLE.SERVER), [F.ADOPTED, [1], 0]);
      here = next;
    }
    here.say([F.REPLY, 1, 'y']);
    expect(await pending).toEqual({ ok: true, value: 'y' });
    for (const { raw: peer } of chain) peer.close();
  });
});

describe('a request that moved', () => {
  let replier: RawPeer;

  beforeEach(async () => {
    const peer = rawPeer();
    replier = peer.raw;
    raw.say(hello(ROLE.SERVER), [F.MOVED, 1, peer.port]);
    expect(await replier.hears(F.HELLO)).toEqual(hello(ROLE.CALLER));
  });

  afterEach(() => replier.close());

  test.each<[string, unknown[]]>([
    ['to garbage', ['garbage']],
    ['to a server', [hello(ROLE.SERVER)]],
    ['to another version', [[F.HELLO, MAGIC, 7, ROLE.REPLIER, [5, 0, []]]]],
    ['to a peer that answers before HELLO', [[F.REPLY, 0, 'y']]],
    ['to a peer that then sends garbage', [hello(ROLE.REPLIER), {}]],
    ['to a peer that grants credit', [hello(ROLE.REPLIER), [F.CREDIT, 1]]],
    ['to a peer that sends HELLO twice', [hello(ROLE.REPLIER), hello(ROLE.REPLIER)]],
    ['to a peer that refuses', [[F.REFUSE, 'no']]],
    ['to a peer that refuses later', [hello(ROLE.REPLIER), [F.REFUSE, 'no']]],
  ])('%s', async (_name, frames) => {
    replier.say(...frames);
    expect(await code(pending)).toBe('Protocol');
    await replier.end();
    raw.say([F.REPLY, 2, 'fine']);
    expect(await client.req('the connection still works')).toBe('fine');
  });

  test('to a dead port', async () => {
    replier.close();
    expect(await code(pending)).toBe('NoReply');
  });

  test('a second MOVED for the same request: one answer, the other connection is closed', async () => {
    const second = rawPeer();
    raw.say([F.MOVED, 1, second.port]);
    await second.raw.hears(F.HELLO);
    second.raw.say(hello(ROLE.REPLIER), [F.REPLY, 0, 'second']);
    replier.say(hello(ROLE.REPLIER), [F.REPLY, 0, 'first']);
    expect((await pending).ok).toBe(true);
    await Promise.all([replier.end(), second.raw.end()]);
  });

  test('MOVED for an unknown request is cancelled', async () => {
    const stray = rawPeer();
    raw.say([F.MOVED, 77, stray.port]);
    expect(await stray.raw.hears(F.CANCEL)).toEqual([F.CANCEL, 0]);
    stray.raw.say(hello(ROLE.REPLIER), [F.BYE]);
    await stray.raw.end();
    expect(raw.refused).toBe(false);
  });

  test('a reply by the old connection does not count twice', async () => {
    replier.say(hello(ROLE.REPLIER), [F.REPLY, 0, 'by its own']);
    raw.say([F.REPLY, 1, 'by the old']);
    expect((await pending).ok).toBe(true);
    await untilQuiet(raw);
  });
});
