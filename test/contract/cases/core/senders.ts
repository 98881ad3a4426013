import { channel, Client, Server, type Sender } from 'ump-ng';
import { spawn } from 'ump-ng/actors';
import { equal, ok, throws } from '../../assertions.js';
import { ask, caughtUp } from '../../commands.js';
import { connectTo, isPending, pair } from '../../in-process-pair.js';
import { keep } from '../../keep-until-end.js';
import { RemoteClient } from '../../remote-handles.js';
import type { AnyClient } from '../../rig.js';
import { theme } from '../../suite-dsl.js';

export const senders = theme('the sender of a message', (check) => {
  check(
    'is the same object for each message of a client, and another one for a clone',
    async () => {
      const { server, client } = pair();
      const clone = client.clone();
      client.post('a');
      const first = client.tryReq('b');
      client.post('c');
      const { from } = await server.wait();
      const request = await server.wait();
      request.rctx?.reply(1);
      ok(request.from === from && (await server.wait()).from === from, 'not the same object');
      equal((await first).ok, true);
      clone.post('d');
      const { from: other } = await server.wait();
      ok(other !== from && other.client !== from.client, 'not another object');
      equal([typeof from.client, from.origin], ['number', undefined]);
    },
  );

  check('closed fulfils when the client is closed, and no earlier', async () => {
    const { server, client } = pair();
    client.clone();
    client.post('a');
    const { from } = await server.wait();
    ok(await isPending(from.closed), 'it has fulfilled');
    client.close();
    await from.closed;
    // It has ended by now.
    await from.closed;
  });

  check('closed fulfils while the server is still to answer the client', async () => {
    const { server, client } = pair();
    client.clone();
    const answer = client.req('a');
    const { from, rctx } = await server.wait();
    client.close();
    await from.closed;
    rctx?.reply('late');
    equal(await answer, 'late');
  });

  check('closed fulfils when the thread of the client dies', ['death'], async (rig) => {
    const { server, client } = pair();
    const far = await RemoteClient.of(rig, client.clone().transfer());
    far.post('from far');
    const { from, msg } = await server.wait();
    equal(msg, 'from far');
    await far.kill();
    await from.closed;
    client.close();
  });

  check('closed fulfils when the server closes or migrates', async () => {
    for (const end of ['close', 'transfer'] as const) {
      const { server, client } = pair();
      client.post('a');
      const { from } = await server.wait();
      const port = server[end]();
      const moved = port === undefined ? undefined : keep(Server.from(port));
      if (moved !== undefined) {
        client.post('b');
        ok((await moved.wait()).from !== from, 'the new host has the same object');
      }
      await from.closed;
    }
  });

  check('an actor gets it, too', async () => {
    const seen: Sender[] = [];
    const { client } = spawn<string, string, string>({
      post: (_msg, from) => void seen.push(from),
      req: (msg, rctx, from) => {
        seen.push(from);
        rctx.reply(msg);
      },
    });
    client.post('a');
    await client.req('b');
    const [first, second] = seen;
    ok(first === second, 'not the same object');
    client.close();
    await first?.closed;
  });
});

export const ports = theme('more ways to and from a server', (check) => {
  check('server.port() is one more client, for another thread', async (rig) => {
    const { server, client } = pair();
    const far = await RemoteClient.of(rig, server.port());
    client.close();
    const { outcome } = far.req('hello');
    const message = await server.wait();
    message.rctx?.reply(message.msg);
    equal(await outcome, { ok: true, value: 'hello' });
    far.close();
  });

  check('its client has the capacity of the server', async () => {
    const { server } = pair({ capacity: 1 });
    const client: AnyClient = keep(Client.from(server.port()));
    await client.connected;
    client.post('a');
    throws(() => client.post('b'), 'MailboxFull');
  });

  check('server.port() throws after close() and after transfer()', () => {
    const { server } = channel();
    server.close();
    throws(() => server.port(), 'ServerDisappeared');
    const moved = channel().server;
    moved.transfer().close();
    throws(() => moved.port(), 'Detached');
    return Promise.resolve();
  });

  check('client.drained fulfils once every pending request has settled', async (rig) => {
    const thread = await rig.thread();
    thread.run('serve', { keepAlive: true });
    const client = connectTo(thread);
    await client.drained;
    const held = [ask(client, 'hold', 'a'), ask(client, 'hold', 'b')];
    await caughtUp(client);
    const { drained } = client;
    ok(await isPending(drained), 'it has fulfilled');
    const other = connectTo(thread);
    await ask(other, 'answer', 'a', 1);
    ok(await isPending(drained), 'it has fulfilled after one of two');
    client.close();
    await ask(other, 'answer', 'b', 2);
    await drained;
    equal(await Promise.all(held), [1, 2]);
  });

  check('client.drained fulfils when requests fail', async () => {
    const { server, client } = pair();
    const pending = client.tryReq('a');
    server.close();
    await client.drained;
    equal((await pending).ok, false);
  });
});
