import { channel, Client, connect, ReplyContext, Server, type MessagePort as Port } from 'ump-ng';
import { equal, fails, throws } from '../../assertions.js';
import { keep } from '../../keep-until-end.js';
import { hostElsewhere, RemoteClient } from '../../remote-handles.js';
import { pair, take, takeRequest, type AnyServer } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import type { AnyClient } from '../../rig.js';

/** What takes the other end of the port, and makes it a client. */
const OPENERS: readonly [name: string, open: (port: Port) => AnyClient][] = [
  ['Client.from()', (port) => Client.from(port)],
  ['connect()', (port) => connect(port)],
];
const ROLES = { 'Client.from()': 'call', 'connect()': 'callThroughPort' } as const;

/** A server without clients, which ends with the next one. */
function alone(): AnyServer {
  const { server, client } = pair();
  client.close();
  return server;
}

/** A port that something other than a client is behind. */
type Refused = readonly [kind: string, make: () => { port: Port; call?: Promise<unknown> }];

const REFUSED: readonly Refused[] = [
  ['server.port()', () => ({ port: pair().server.port() })],
  ['client.transfer()', () => ({ port: pair().client.transfer() })],
  [
    'server.accept()',
    () => {
      const { port1, port2 } = new MessageChannel();
      pair().server.accept(port1);
      return { port: port2 };
    },
  ],
  [
    'messages of another kind',
    () => {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage('hello');
      return { port: keep([port1, port2])[1]! };
    },
  ],
];

export const accepting = theme('server.accept()', (check) => {
  for (const [name, open] of OPENERS) {
    check(`${name} takes the other end, after accept()`, async () => {
      const server = alone();
      const { port1, port2 } = new MessageChannel();
      server.accept(port1);
      await serves(server, keep(open(port2)));
    });

    check(`${name} takes the other end, before accept()`, async () => {
      const server = alone();
      const { port1, port2 } = new MessageChannel();
      const client = keep(open(port2));
      server.accept(port1);
      await serves(server, client);
    });

    check(`${name} takes the other end in another thread`, async (rig) => {
      for (const isFirst of [true, false]) {
        const server = alone();
        const { port1, port2 } = new MessageChannel();
        if (isFirst) server.accept(port1);
        const far = await RemoteClient.of(rig, port2, ROLES[name as keyof typeof ROLES]);
        far.post('waits');
        const { outcome } = far.req('question');
        if (!isFirst) server.accept(port1);
        equal(await take(server, 1), ['waits']);
        (await takeRequest(server)).rctx.reply('answer');
        equal(await outcome, { ok: true, value: 'answer' });
        far.close();
        await fails(server.wait(), 'ClientsDisappeared');
      }
    });

    check(`a server that moves takes the clients of ${name} with it`, async (rig) => {
      const server = alone();
      const { port1, port2 } = new MessageChannel();
      server.accept(port1);
      const client = keep(open(port2));
      const { task } = await hostElsewhere(rig, server.transfer());
      equal(await client.req(['echo', 'there']), 'there');
      client.close();
      equal(await task.nextMessage(), 'ended');
    });

    check(`a server that has closed rejects the calls of ${name}`, async () => {
      const server = alone();
      const { port1, port2 } = new MessageChannel();
      server.accept(port1);
      server.close();
      await fails(keep(open(port2)).req('late'), 'ServerDisappeared');
      await server.drained;
    });
  }

  check('several clients connect through an accepted port', async () => {
    const server = alone();
    const { port1, port2 } = new MessageChannel();
    server.accept(port1);
    const first = keep(connect(port2));
    const named = keep(connect(port2, { name: 'any' }));
    await serves(server, first, false);
    await serves(server, named);
    await fails(keep(connect(port2)).req('late'), 'ServerDisappeared');
  });

  check('an accepted port that is connected carries messages of the application', async () => {
    const server = alone();
    const { port1, port2 } = new MessageChannel();
    server.accept(port1);
    const client = keep(connect(port2));
    await client.connected;
    port2.postMessage('own message');
    port2.postMessage([1, 'another']);
    await serves(server, client);
  });

  check('a port that has carried other messages before connect() is refused', async () => {
    const server = alone();
    const { port1, port2 } = new MessageChannel();
    port2.postMessage('own message');
    const client = keep(connect(port2));
    const answer = client.req('question');
    server.accept(port1);
    await fails(answer, 'ServerDisappeared');
    await fails(server.wait(), 'ClientsDisappeared');
  });

  for (const [kind, make] of REFUSED) {
    check(`a port of ${kind} is no client of another server`, async () => {
      const server = alone();
      const { port } = make();
      server.accept(port);
      await fails(server.wait(), 'ClientsDisappeared');
    });
  }

  check('a context is no client, and its request rejects', async () => {
    const asking = pair();
    const server = alone();
    const outcome = asking.client.req('question');
    server.accept((await takeRequest(asking.server)).rctx.transfer());
    await fails(outcome, 'Protocol');
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('a server that moves is no client, and its clients reject', async () => {
    const moving = pair();
    const server = alone();
    const outcome = moving.client.req('question');
    server.accept(moving.server.transfer());
    await fails(outcome, 'ServerDisappeared');
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('an accepted port is taken up', async () => {
    const { server, client } = pair();
    const { port1 } = new MessageChannel();
    server.accept(port1);
    for (const { from } of [Client, Server, ReplyContext]) {
      throws(() => (from as (port: Port) => unknown)(port1), 'Detached');
    }
    throws(() => server.accept(port1), 'Detached');
    client.close();
  });

  check('a port whose other end is closed is no client', ['port close'], async () => {
    const server = alone();
    const { port1, port2 } = new MessageChannel();
    port2.close();
    server.accept(port1);
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('a client that was closed before accept() has come and gone', async () => {
    for (const [, open] of OPENERS) {
      const server = alone();
      const { port1, port2 } = new MessageChannel();
      const client = keep(open(port2));
      client.post('last');
      client.close();
      server.accept(port1);
      equal(await take(server, 1), ['last']);
      await fails(server.wait(), 'ClientsDisappeared');
    }
  });

  check('a server that is on its way takes up a port', async () => {
    for (const [, open] of OPENERS) {
      const { server, client } = channel<unknown, unknown, unknown, unknown>({ capacity: 2 });
      const moved = keep(Server.from<unknown, unknown, unknown, unknown>(server.transfer()));
      const { port1, port2 } = new MessageChannel();
      moved.accept(port1);
      await serves(moved, keep(open(port2)), false);
      client.close();
      await fails(moved.wait(), 'ClientsDisappeared');
    }
  });
});

/** Posts and requests arrive, and the server ends with the client. */
async function serves(server: AnyServer, client: AnyClient, isLast = true): Promise<void> {
  client.post('post');
  const answer = client.req('question');
  equal(await take(server, 1), ['post']);
  (await takeRequest(server)).rctx.reply('answer');
  equal(await answer, 'answer');
  client.close();
  if (isLast) await fails(server.wait(), 'ClientsDisappeared');
}
