/**
 * Holders of moved contexts, and both hosts of a migrating server, whose peers break the protocol.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Client, ReplyContext, Server, channel, isUmpError } from 'ump-ng';
import { checkInvariants } from '../support/invariants.js';
import { F, MAGIC, ROLE, RawPeer, untilQuiet, hello, rawPeer } from '../support/raw-peer.js';

const port = (): MessagePort => new MessageChannel().port1;

checkInvariants();

let raw: RawPeer;
afterEach(() => raw.close());

describe('a replier', () => {
  let context: ReplyContext<unknown, unknown>;

  beforeEach(() => {
    const peer = rawPeer();
    raw = peer.raw;
    context = ReplyContext.from(peer.port);
  });

  test.each<[string, unknown[]]>([
    ['garbage', ['garbage']],
    ['another version', [[F.HELLO, MAGIC, 1, ROLE.CALLER, 0]]],
    ['a client instead of a caller', [hello(ROLE.CLIENT)]],
    ['a cancel before HELLO', [[F.CANCEL, 0]]],
    ['a malformed cancel', [hello(ROLE.CALLER), [F.CANCEL, 'x']]],
    ['a post', [hello(ROLE.CALLER), [F.POST, 0, 'x']]],
    ['a request', [hello(ROLE.CALLER), [F.REQ, 1, 'x']]],
    ['one more client', [hello(ROLE.CALLER), [F.ADD_CLIENT, port(), 0]]],
  ])('%s is refused', async (_name, frames) => {
    raw.say(...frames);
    await raw.hears(F.REFUSE);
    await raw.end();
    expect(isUmpError(context.signal.reason, 'OriginDisappeared')).toBe(true);
    expect(context.reply('too late')).toBe(false);
  });

  test.each<[string, unknown[]]>([
    ['refuses', [F.REFUSE, 'no']],
    ['says BYE', [F.BYE]],
    ['says HELLO twice', hello(ROLE.CALLER)],
  ])('a caller that %s is lost', async (_name, frame) => {
    raw.say(hello(ROLE.CALLER), frame);
    await raw.end();
    expect(context.signal.aborted).toBe(true);
    expect(context.reply('too late')).toBe(false);
  });

  test('a caller that cancels twice, with any id', async () => {
    raw.say(hello(ROLE.CALLER), [F.CANCEL, 5], [F.CANCEL, 0]);
    await raw.end();
    expect(context.reply('too late')).toBe(false);
  });
});

describe('the new host of a server', () => {
  let server: Server<unknown, unknown, unknown, unknown>;

  beforeEach(() => {
    const peer = rawPeer();
    raw = peer.raw;
    server = Server.from(peer.port);
  });

  test.each<[string, unknown[]]>([
    ['garbage', [42]],
    ['another version', [[F.HELLO, MAGIC, 1, ROLE.OLD_HOST, 0]]],
    ['a client', [hello(ROLE.CLIENT)]],
    ['a state before HELLO', [[F.STATE, 0, false, true]]],
    ['a ping before HELLO', [[F.PING]]],
    ['a malformed state', [hello(ROLE.OLD_HOST), [F.STATE, -1, false, true]]],
    ['a CLIENT_PORT without a port', [hello(ROLE.OLD_HOST), [F.CLIENT_PORT, 1, {}, 0]]],
    ['a CLIENT_PORT of an unknown kind', [hello(ROLE.OLD_HOST), [F.CLIENT_PORT, 1, port(), 9]]],
    ['a post', [hello(ROLE.OLD_HOST), [F.POST, 0, 'x']]],
    ['HELLO twice', [hello(ROLE.OLD_HOST), hello(ROLE.OLD_HOST)]],
  ])('%s is refused, and the server ends', async (_name, frames) => {
    const waiting = expect(server.wait()).rejects.toMatchObject({ code: 'Protocol' });
    raw.say(...frames);
    await raw.hears(F.REFUSE);
    await raw.end();
    await waiting;
  });

  test('frames for unknown clients change nothing', async () => {
    const { port1, port2 } = new MessageChannel();
    raw.say(hello(ROLE.OLD_HOST), [F.STATE, 0, false, true]);
    raw.say(
      [F.FORWARD, 5, [F.POST, 0, 'stray']],
      [F.CLIENT_DONE, 6, true],
      [F.CLIENT_PORT, 1, port1, 0],
    );
    const client = Client.from(port2);
    raw.say(
      [F.FORWARD, 1, 'garbage'],
      [F.FORWARD, 1, [F.POST, 0, 'kept']],
      [F.CLIENT_DONE, 1, false],
      [F.CLIENT_DONE, 1, true],
    );
    client.post('new');
    expect(await server.wait()).toMatchObject({ msg: 'kept' });
    expect(await server.wait()).toMatchObject({ msg: 'new' });
    client.close();
    await expect(server.wait()).rejects.toMatchObject({ code: 'ClientsDisappeared' });
  });

  test('one key for two clients: the calls of both settle', async () => {
    const channels = [new MessageChannel(), new MessageChannel()];
    raw.say(hello(ROLE.OLD_HOST), [F.STATE, 0, false, true]);
    for (const { port1 } of channels) raw.say([F.CLIENT_PORT, 1, port1, 0]);
    raw.say([F.CLIENT_DONE, 1, false]);
    const clients = channels.map(({ port2 }) => Client.from(port2));
    const outcomes = clients.map((client) => client.tryReq('x'));
    raw.close();
    void (async () => {
      for await (const message of server) {
        if (message.type === 'request') message.rctx.reply('y');
      }
    })();
    await Promise.all(outcomes);
    for (const client of clients) client.close();
  });

  test('a forwarded frame that the client must not send is refused to that client', async () => {
    const { raw: client, port: far } = rawPeer();
    raw.say(hello(ROLE.OLD_HOST), [F.STATE, 0, false, true], [F.CLIENT_PORT, 1, far, 1]);
    raw.say([F.FORWARD, 1, [F.REQ, 1, 'x']], [F.CLIENT_DONE, 1, false]);
    await client.hears(F.REFUSE);
    await client.end();
    server.close();
  });
});

describe('the old host of a server', () => {
  test.each<[string, unknown[]]>([
    ['garbage', ['garbage']],
    ['a client', [hello(ROLE.CLIENT)]],
    ['a refusal', [[F.REFUSE, 'no']]],
    ['a CLIENT_PORT', [hello(ROLE.NEW_HOST), [F.CLIENT_PORT, 1, port(), 0]]],
  ])('gets %s: its clients fail', async (_name, frames) => {
    const { server, client } = channel<unknown, unknown, unknown, unknown>();
    const pending = client.tryReq('x');
    raw = new RawPeer(server.transfer());
    raw.say(...frames);
    raw.close();
    const result = await pending;
    expect(!result.ok && result.error.code).toBe('ServerDisappeared');
    expect((await client.closed).code).toBe('ServerDisappeared');
  });

  describe('has a client that was redirected', () => {
    let client: RawPeer;

    beforeEach(async () => {
      const { server } = channel<unknown, unknown, unknown, unknown>();
      const peer = rawPeer();
      client = peer.raw;
      server.accept(peer.port);
      client.say(hello(ROLE.CLIENT), [F.REQ, 1, 'x']);
      await untilQuiet(client);
      raw = new RawPeer(server.transfer());
      raw.say(hello(ROLE.NEW_HOST));
      await client.hears(F.REDIRECT);
      client.say([F.REDIRECTED]);
      await raw.hears(F.CLIENT_DONE);
    });

    test('and reports the death of the new host to it', async () => {
      raw.close();
      expect(await client.hears(F.ERR)).toEqual([F.ERR, 1, 'ServerDisappeared']);
      await client.hears(F.GOAWAY);
      await client.end();
    });

    test('and closes its connection once the new host has read everything', async () => {
      await untilQuiet(raw);
      expect(client.closed).toBe(false);
      raw.say([F.BYE]);
      await client.end();
      expect(client.heard.map(([tag]) => tag)).toEqual([F.HELLO, F.REDIRECT, F.BYE]);
    });
  });

  test.each<[string, unknown[]]>([
    ['a list of primitive values', [F.POST, 0, 'x', [5, 'y', null]]],
    ['a list of objects that cannot be transferred', [F.REQ, 1, 'x', [{}, new Map()]]],
    ['a list with one buffer twice', [F.POST, 0, 'x', Array(2).fill(new ArrayBuffer(8))]],
  ])('has a client with %s to transfer', async (_name, frame) => {
    const { server, client } = channel<unknown, unknown, unknown, unknown>();
    const peer = rawPeer();
    raw = peer.raw;
    server.accept(peer.port);
    raw.say(hello(ROLE.CLIENT), frame);
    await untilQuiet(raw);
    const moved = Server.from(server.transfer());
    raw.say(frame);
    const pending = client.req('honest');
    for await (const message of moved) {
      if (message.type === 'request') message.rctx.reply(message.msg);
      if (message.msg === 'honest') break;
    }
    expect(await pending).toBe('honest');
    client.close();
    moved.close();
  });
});
