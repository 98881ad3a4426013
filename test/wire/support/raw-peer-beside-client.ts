/** A server with an honest client, and a raw peer on another connection. */
import { afterEach, beforeEach, expect } from '@jest/globals';
import { channel, type Client, type Server } from 'ump-ng';
import { checkInvariants } from './invariants.js';
import { F, rawPeer, type RawPeer } from './raw-peer.js';

interface Scene {
  readonly server: () => Server<unknown, unknown, unknown, unknown>;
  readonly raw: () => RawPeer;
  /** The messages that the server took, without those of the honest client. */
  readonly taken: () => unknown[];
  /** The raw peer must get REFUSE with this reason, and then its connection must close. */
  readonly refuses: (why: RegExp) => Promise<void>;
}

/** Sets this up before each test. After each test, the honest client must still be served. */
export function rawPeerBesideClient(): Scene {
  let server: Server<unknown, unknown, unknown, unknown>;
  let honest: Client<unknown, unknown, unknown, unknown>;
  let raw: RawPeer;
  let taken: unknown[];

  checkInvariants();

  beforeEach(() => {
    ({ server, client: honest } = channel<unknown, unknown, unknown, unknown>());
    const peer = rawPeer();
    raw = peer.raw;
    server.accept(peer.port);
    taken = [];
    void (async () => {
      for await (const message of server) {
        if (message.msg !== 'honest') taken.push(message.msg);
        if (message.type === 'request') message.rctx.reply(message.msg);
      }
    })();
  });

  afterEach(async () => {
    expect(await honest.req('honest')).toBe('honest');
    raw.close();
    server.close();
    await honest.closed;
  });

  return {
    server: () => server,
    raw: () => raw,
    taken: () => taken,
    async refuses(why) {
      const [, reason] = await raw.hears(F.REFUSE);
      expect(reason).toMatch(why);
      await raw.end();
    },
  };
}
