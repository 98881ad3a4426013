/** Peers that send random frames. Other clients must still be served. */
import { afterEach, beforeEach, test } from '@jest/globals';
import fc from 'fast-check';
import { MessageChannel, MessagePort } from 'node:worker_threads';
import { Client, ReplyContext, Server, channel, connect, listen } from 'ump-ng';
import { checkInvariants } from '../support/invariants.js';
import { F, ROLE, RawPeer, hello, rawPeer } from '../support/raw-peer.js';
import { turn } from '../support/relay.js';

const RUNS = 150;
/** Stands for a new port: frames are reused in several runs, but a port can be sent only once. */
const PORT = 'a port';
const SHALLOW = { maxDepth: 2, maxKeys: 3 };

const anything = fc.anything({
  ...SHALLOW,
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
});
const key = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'length',
  'name',
  'fields',
  'x',
);
const part = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -1, max: 4 }) },
  { weight: 2, arbitrary: fc.constant(PORT) },
  fc.constant(undefined),
  fc.constant([]),
  fc.boolean(),
  fc.double(),
  fc.dictionary(key, anything, { maxKeys: 3 }),
  fc.array(fc.dictionary(key, anything, { maxKeys: 3 }), { maxLength: 3 }),
  anything,
);
const frame: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.integer({ min: 0, max: F.CLIENT_DONE + 1 }), part, part, part, part),
  },
  { weight: 4, arbitrary: fc.tuple(fc.integer({ min: 0, max: F.CLIENT_DONE + 1 }), part, part) },
  { weight: 2, arbitrary: fc.tuple(fc.integer({ min: 0, max: F.CLIENT_DONE + 1 }), part) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('ump-ng'), part, part, part, part) },
  { weight: 1, arbitrary: anything },
);
const frames = fc.array(frame, { minLength: 1, maxLength: 12 });

/** Replaces the placeholders by ports. */
function sayable(value: unknown, made: MessagePort[]): unknown {
  if (value === PORT) {
    const { port1, port2 } = new MessageChannel();
    made.push(port2);
    return port1;
  }
  if (!Array.isArray(value)) return value;
  return (value as unknown[]).map((element) => sayable(element, made));
}

function say(raw: RawPeer, messages: unknown[], made: MessagePort[]): void {
  for (const message of messages) {
    const said = sayable(message, made);
    try {
      raw.say(said);
    } catch {
      // The platform cannot clone this value.
    }
  }
}

checkInvariants();

let server: Server<unknown, unknown, unknown, unknown>;
let honest: Client<unknown, unknown, unknown, unknown>;
beforeEach(() => {
  ({ server, client: honest } = channel<unknown, unknown, unknown, unknown>());
  void serve(server);
});
afterEach(() => server.close());

async function serve(mailbox: Server<unknown, unknown, unknown, unknown>): Promise<void> {
  for await (const message of mailbox) {
    if (message.type !== 'request') continue;
    try {
      message.rctx.reply(message.msg);
    } catch {
      // The value contains a port, which cannot be sent without transfer; the context is still
      // open.
      message.rctx.reply(null);
    }
  }
}

/** A raw peer attacks the target with its frames; then the honest client must be served. */
async function attack(
  said: unknown[],
  role: number | undefined,
  target: (port: MessagePort) => unknown,
): Promise<void> {
  const made: MessagePort[] = [];
  const { raw, port } = rawPeer();
  const settles = target(port);
  if (role !== undefined) raw.say(hello(role));
  say(raw, said, made);
  await turn();
  if ((await honest.req('honest')) !== 'honest')
    throw new Error('the honest client was not served');
  raw.close();
  for (const end of made) end.close();
  await settles;
}

const property = (
  role: number | undefined,
  target: (port: MessagePort) => unknown,
): (() => Promise<void>) => {
  return () =>
    fc.assert(
      fc.asyncProperty(frames, (said) => attack(said, role, target)),
      { numRuns: RUNS },
    );
};

test(
  'at a server',
  property(ROLE.CLIENT, (port) => server.accept(port)),
);

test(
  'at a server, from the first frame on',
  property(undefined, (port) => server.accept(port)),
);

test(
  'at a client: its calls settle',
  property(ROLE.SERVER, async (port) => {
    const client = Client.from(port);
    const pending = [client.tryReq(1), client.tryReq(2), client.closed];
    await Promise.all(pending);
  }),
);

test(
  'at the caller of a moved request',
  property(ROLE.SERVER, async (port) => {
    const { raw, port: far } = rawPeer();
    const client = Client.from(far);
    const pending = client.tryReq('x');
    raw.say(hello(ROLE.SERVER), [F.MOVED, 1, port]);
    await pending;
    raw.close();
  }),
);

test(
  'at the replier of a moved context',
  property(ROLE.CALLER, async (port) => {
    const context = ReplyContext.from(port);
    await new Promise((resolve) => {
      if (context.signal.aborted) resolve(undefined);
      else context.signal.addEventListener('abort', resolve);
    });
    context.reply('too late');
  }),
);

test(
  'at the new host of a server',
  property(ROLE.OLD_HOST, async (port) => {
    const moved = Server.from(port);
    await serve(moved);
    moved.close();
  }),
);

test(
  'at the old host of a server',
  property(ROLE.NEW_HOST, async (port) => {
    const { server: old, client } = channel<unknown, unknown, unknown, unknown>();
    const pending = client.tryReq('x');
    // The frames arrive by the control connection of a server that has migrated.
    const raw = new RawPeer(old.transfer());
    port.on('message', (message: unknown) => {
      try {
        raw.say(message);
      } catch {
        // A port in a frame cannot be transferred a second time.
      }
    });
    port.on('close', () => raw.close());
    await pending;
  }),
);

test(
  'at a listening endpoint and at a connecting client',
  property(undefined, async (port) => {
    const { port1, port2 } = new MessageChannel();
    const listening = listen(port);
    const client = connect(port2);
    const pending = client.tryReq('x');
    port1.close();
    await pending;
    listening.close();
  }),
);
