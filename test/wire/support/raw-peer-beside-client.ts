/** A server with an honest client, and a raw peer on another line of it. */
import { afterEach, beforeEach, expect } from '@jest/globals';
import { channel, type Client, type Server } from 'ump-ng';
import { guard } from './invariants.js';
import { F, rawPeer, type RawPeer } from './raw-peer.js';

interface Scene {
  readonly server: () => Server<unknown, unknown, unknown, unknown>;
  readonly raw: () => RawPeer;
  /** What the server took that did not come from the honest client. */
  readonly taken: () => unknown[];
  /** The raw peer is told that it broke the protocol, and how; then its line ends. */
  readonly refuses: (why: RegExp) => Promise<void>;
}

/** Set up before each test; after it, the honest client must still be served. */
export function besideAnHonestClient(): Scene {
  let server: Server<unknown, unknown, unknown, unknown>;
  let honest: Client<unknown, unknown, unknown, unknown>;
  let raw: RawPeer;
  let taken: unknown[];

  guard();

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
