/** A server refuses peers that break the protocol, and serves other clients. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { rawPeerBesideClient } from '../support/raw-peer-beside-client.js';
import {
  F,
  MAGIC,
  ROLE,
  VERSION,
  hello,
  rawPeer,
  terms,
  untilQuiet,
  type RawPeer,
} from '../support/raw-peer.js';

const port = (): MessagePort => new MessageChannel().port1;

const { raw, taken, refuses } = rawPeerBesideClient();

describe('the first frame must be a HELLO', () => {
  test.each<[string, unknown, RegExp]>([
    ['a request before it', [F.REQ, 1, 'x'], /does not speak/],
    ['a post before it', [F.POST, 0, 'x'], /does not speak/],
    ['a goodbye before it', [F.BYE], /does not speak/],
    ['a ping before it', [F.PING], /does not speak/],
    ['another magic', [F.HELLO, 'other', VERSION, ROLE.CLIENT, terms()], /does not speak/],
    ['the version before', [F.HELLO, MAGIC, VERSION - 1, ROLE.CLIENT, 0], /version 1/],
    ['the version before, with other contents', [F.HELLO, MAGIC, 1, {}, []], /version 1/],
    ['only later versions', [F.HELLO, MAGIC, 9, ROLE.CLIENT, [7, 0, []]], /version 7/],
    ['later versions, without terms', [F.HELLO, MAGIC, 9, ROLE.CLIENT, 0], /malformed/],
    ['version NaN', [F.HELLO, MAGIC, NaN, ROLE.CLIENT, terms()], /malformed|version/],
    ['version as text', [F.HELLO, MAGIC, '2', ROLE.CLIENT, terms()], /malformed/],
    ['another role', hello(ROLE.SERVER), /another kind/],
    ['the role of a replier', hello(ROLE.REPLIER), /another kind/],
    ['a role that does not exist', hello(99), /another kind/],
    ['capacity -1', [F.HELLO, MAGIC, VERSION, ROLE.CLIENT, terms(-1)], /malformed/],
    ['no capacity', [F.HELLO, MAGIC, VERSION, ROLE.CLIENT, [VERSION]], /malformed/],
    ['no features', [F.HELLO, MAGIC, VERSION, ROLE.CLIENT, [VERSION, 0]], /malformed/],
    ['features that are no list', [F.HELLO, MAGIC, VERSION, ROLE.CLIENT, [2, 0, {}]], /malformed/],
    ['no terms', [F.HELLO, MAGIC, VERSION, ROLE.CLIENT], /malformed/],
  ])('%s', async (_name, frame, why) => {
    raw().say(frame);
    await refuses(why);
    expect(taken()).toEqual([]);
  });
});

describe('after it', () => {
  beforeEach(() => raw().say(hello(ROLE.CLIENT)));

  test.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a number', () => F.POST],
    ['a string', () => 'POST'],
    ['an object like a frame', () => ({ 0: F.POST, 1: 'x', length: 2 })],
    ['an empty array', () => []],
    ['an array with a hole in front', () => new Array<unknown>(3)],
    ['a number that no frame has', () => [99, 'x']],
    ['a negative number', () => [-1]],
    ['a fraction', () => [3.5, 'x']],
    ['the number as text', () => ['3', 'x']],
    ['a nested array', () => [[F.POST, 0, 'x']]],
    ['a second HELLO', () => hello(ROLE.CLIENT)],
    ['a post without its 0', () => [F.POST]],
    ['own ports in a post that are a number', () => [F.POST, 0, 'x', undefined, undefined, 1]],
    ['a transfer list that is none', () => [F.POST, 0, 'x', 'list']],
    ['errors that are none', () => [F.POST, 0, 'x', undefined, {}]],
    ['own ports in a post that are no list', () => [F.POST, 0, 'x', undefined, undefined, 'list']],
    [
      'own ports in a post that are no indexes',
      () => [F.POST, 0, 'x', undefined, undefined, [{ toString: 0, valueOf: 0 }]],
    ],
    [
      'own ports in a request that are no indexes',
      () => [F.REQ, 1, 'x', undefined, undefined, [-1]],
    ],
    ['a request without its id', () => [F.REQ]],
    ['a doorbell that is no buffer', () => [F.DOORBELL, 7]],
    ['a doorbell that is not shared', () => [F.DOORBELL, new ArrayBuffer(12)]],
    ['a doorbell of another size', () => [F.DOORBELL, new SharedArrayBuffer(4)]],
    ['a request with id -1', () => [F.REQ, -1, 'x']],
    ['a request with id 0.5', () => [F.REQ, 0.5, 'x']],
    ['a request with id NaN', () => [F.REQ, NaN, 'x']],
    ['a request with id 2 ** 53', () => [F.REQ, 2 ** 53, 'x']],
    ['a request with id 1n', () => [F.REQ, 1n, 'x']],
    ['a request with id "1"', () => [F.REQ, '1', 'x']],
    ['a request with id "__proto__"', () => [F.REQ, '__proto__', 'x']],
    ['a cancel without id', () => [F.CANCEL]],
    ['a cancel of an object', () => [F.CANCEL, {}]],
    ['an ADD without port', () => [F.ADD_CLIENT, undefined, 0]],
    ['an ADD of something like a port', () => [F.ADD_CLIENT, { postMessage: 1, close: 1 }, 0]],
    ['an ADD of no known kind', () => [F.ADD_CLIENT, port(), 9]],
    ['an upgrade of a strong client', () => [F.UPGRADE, 1]],
    ['a reply', () => [F.REPLY, 1, 'x']],
    ['an ERR', () => [F.ERR, 1, 'NoReply']],
    ['something thrown', () => [F.HANDLER_ERROR, 1, 'x']],
    ['MOVED', () => [F.MOVED, 1, port()]],
    ['GOAWAY', () => [F.GOAWAY, 1]],
    ['CREDIT', () => [F.CREDIT, 1]],
    ['REDIRECT', () => [F.REDIRECT, port()]],
    ['ADOPTED', () => [F.ADOPTED, []]],
    ['STATE', () => [F.STATE, 0, true, true]],
    ['CLIENT_PORT', () => [F.CLIENT_PORT, 1, port(), 0]],
    ['FORWARD', () => [F.FORWARD, 1, [F.POST, 0, 'x']]],
    ['CLIENT_DONE', () => [F.CLIENT_DONE, 1, false]],
    ['a handshake message', () => [MAGIC, VERSION, 0, '']],
  ])('%s is refused', async (_name, frame) => {
    raw().say(frame(), [F.POST, 0, 'after the violation']);
    await refuses(/malformed|not allowed/);
    expect(taken()).toEqual([]);
  });

  test.each<[string, unknown[]]>([
    ['the same id twice', [F.REQ, 7, 'again']],
    ['an id below the last one', [F.REQ, 6, 'again']],
  ])('%s is refused', async (_name, frame) => {
    raw().say([F.REQ, 7, 'first'], frame);
    await refuses(/malformed|not allowed/);
    expect(taken()).toEqual(['first']);
  });

  test.each<[string, unknown[]]>([
    ['a cancel of an unknown id', [F.CANCEL, 12345]],
    ['a cancel of the highest id there is', [F.CANCEL, Number.MAX_SAFE_INTEGER]],
    ['a request with the highest id there is', [F.REQ, Number.MAX_SAFE_INTEGER, 'x']],
    ['a value of prototypes', [F.POST, 0, JSON.parse('{"__proto__":{"polluted":1}}') as unknown]],
    ['REDIRECTED without a migration', [F.REDIRECTED]],
    ['a post without its value', [F.POST, 0]],
    ['a request without its value', [F.REQ, 1]],
  ])('%s does no harm', async (_name, frame) => {
    raw().say(frame, [F.REQ, Number.MAX_SAFE_INTEGER, 'next']);
    await untilQuiet(raw());
    const answered = raw().heard.some(
      ([tag, id]) => tag === F.REPLY && id === Number.MAX_SAFE_INTEGER,
    );
    expect(answered || raw().refused).toBe(true);
  });

  test.each<[string, unknown[]]>([
    ['a frame that later builds may send', [128, 'what', port()]],
    ['the last frame that there can be', [Number.MAX_SAFE_INTEGER]],
    ['fields that follow the known ones', [F.CANCEL, 12345, 'more', { and: 'more' }]],
    ['a number where a post names its own ports', [F.CANCEL, 12345, 'a', 'b', 'c', 1]],
    ['a field that follows those of a post', [F.POST, 0, 'x', [], [], [], 'more']],
  ])('%s: ignored', async (_name, frame) => {
    raw().say(frame, [F.REQ, 1, 'next', undefined, undefined, undefined, 'more']);
    expect(await raw().hears(F.REPLY)).toEqual([F.REPLY, 1, 'next']);
  });

  test('a goodbye twice, and requests after it', async () => {
    raw().say([F.BYE], [F.BYE], [F.REQ, 1, 'late']);
    await raw().end();
    expect(taken()).toEqual([]);
  });

  test('REFUSE ends the connection and its pending requests', async () => {
    raw().say([F.REFUSE, 'no']);
    await raw().end();
  });

  test('a port that was closed before it arrived', async () => {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    raw().say([F.ADD_CLIENT, port1, 0], [F.REQ, 1, 'x']);
    expect(await raw().hears(F.REPLY)).toEqual([F.REPLY, 1, 'x']);
  });

  test('a thousand silent connections, and one that sends HELLO', async () => {
    const { raw: other, port: fresh } = rawPeer();
    const mute = Array.from({ length: 1000 }, () => new MessageChannel());
    raw().say(...mute.map(({ port1 }) => [F.ADD_CLIENT, port1, 0]), [F.ADD_CLIENT, fresh, 0]);
    other.say(hello(ROLE.CLIENT), [F.REQ, 1, 'x']);
    expect(await other.hears(F.REPLY)).toEqual([F.REPLY, 1, 'x']);
    for (const { port2 } of mute) port2.close();
    other.close();
  });
});

describe('ports of restricted clients', () => {
  const STRONG = 0;
  const POST_ONLY = 1;
  const WEAK = 2;

  async function restricted(kind: number): Promise<RawPeer> {
    const { raw: limited, port: far } = rawPeer();
    raw().say(hello(ROLE.CLIENT), [F.ADD_CLIENT, far, kind]);
    limited.say(hello(ROLE.CLIENT));
    await limited.hears(F.HELLO);
    return limited;
  }

  test.each<[string, number, () => unknown]>([
    ['a post-only client that asks', POST_ONLY, () => [F.REQ, 1, 'x']],
    ['a post-only client that adds a strong one', POST_ONLY, () => [F.ADD_CLIENT, port(), STRONG]],
    ['a post-only client that adds a weak one', POST_ONLY, () => [F.ADD_CLIENT, port(), WEAK]],
    ['a post-only client that upgrades', POST_ONLY, () => [F.UPGRADE, 1]],
    ['a weak client that posts', WEAK, () => [F.POST, 0, 'x']],
    ['a weak client that asks', WEAK, () => [F.REQ, 1, 'x']],
    ['a weak client that adds a strong one', WEAK, () => [F.ADD_CLIENT, port(), STRONG]],
  ])('%s', async (_name, kind, frame) => {
    const limited = await restricted(kind);
    limited.say(frame());
    expect(await limited.hears(F.REFUSE)).toEqual([
      F.REFUSE,
      'frame not allowed on this kind of connection',
    ]);
    await limited.end();
    raw().say([F.REQ, 1, 'still served']);
    expect(await raw().hears(F.REPLY)).toContain('still served');
    expect(taken()).toEqual(['still served']);
  });
});
