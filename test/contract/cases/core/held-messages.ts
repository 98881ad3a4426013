import { Client, connect, type Dropped, type MessagePort as Port } from 'ump-ng';
import { introspect } from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { ask, caughtUp } from '../../commands.js';
import { closeAtEnd, keep } from '../../keep-until-end.js';
import { pair, take, takeRequest, type AnyServer } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { turns, until, upTo } from '../../utilities.js';

/** A client that does not know the capacity yet, and the other end of its port. */
function unconnected(): { client: Client<unknown, unknown, unknown, unknown>; port: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  return { client: keep(Client.from<unknown, unknown, unknown, unknown>(port1)), port: port2 };
}

/** The contents of the mailbox, once `count` messages and any further ones have arrived. */
async function inMailbox(server: AnyServer, count: number): Promise<unknown[]> {
  await until(() => introspect(server).queued >= count);
  await turns(5);
  const all: unknown[] = [];
  for (;;) {
    const message = server.tryPop();
    if (message === undefined) return all;
    all.push(message.msg);
  }
}

export const held = theme('messages that are held back at the sender', (check) => {
  check('posts made before the capacity is known never exceed it', async () => {
    const { client, port } = unconnected();
    for (const n of upTo(100)) client.post(n);
    const { server } = pair({ capacity: 2 });
    server.accept(port);
    await client.connected;
    const first = await inMailbox(server, 2);
    equal(first, [1, 2]);
    equal(await take(server, 98), upTo(100).slice(2));
  });

  check('transferred and post-only clients respect the capacity', async () => {
    const { server, client } = pair({ capacity: 2 });
    const only = client.postOnly();
    only.post(1);
    only.post(2);
    throws(() => {
      only.post(3);
    }, 'MailboxFull');
    equal(await inMailbox(server, 2), [1, 2]);
    const given = keep(Client.from<number>(client.clone().transfer()));
    for (const n of upTo(100)) {
      try {
        given.post(n);
      } catch {
        break;
      }
    }
    equal(await inMailbox(server, 2), [1, 2]);
    only.close();
  });

  check('an unbounded mailbox gets all messages that were held back', async () => {
    const { client, port } = unconnected();
    for (const n of upTo(100)) client.post(n);
    const { server } = pair();
    server.accept(port);
    equal(await inMailbox(server, 100), upTo(100));
    for (const n of upTo(100)) client.post(n);
    equal(await inMailbox(server, 100), upTo(100));
  });

  check('posts, requests, clones and the goodbye keep their order', async () => {
    const { client, port } = unconnected();
    client.post(1);
    const answer = client.req(2);
    client.post(3);
    const clone = client.clone();
    clone.post('of the clone');
    client.close();
    const { server, client: other } = pair({ capacity: 1 });
    server.accept(port);
    other.close();
    const seen: unknown[] = [];
    for await (const message of server) {
      seen.push(message.msg);
      if (message.type === 'request') message.rctx.reply('answered');
      if (seen.length === 4) clone.close();
    }
    equal(seen, [1, 2, 3, 'of the clone']);
    equal(await answer, 'answered');
  });

  check('once the capacity is known, a post behind held posts throws MailboxFull', async () => {
    const { client, port } = unconnected();
    for (const n of upTo(3)) client.post(n);
    const { server } = pair({ capacity: 1 });
    server.accept(port);
    await client.connected;
    throws(() => {
      client.post('too many');
    }, 'MailboxFull');
    equal(await take(server, 3), [1, 2, 3]);
    await client.ready();
    client.post('credit again');
    equal(await take(server, 1), ['credit again']);
  });

  check('held messages are copied, and their transferables transferred, at the call', async () => {
    const { client, port } = unconnected();
    const buffer = new ArrayBuffer(8);
    const message = { text: 'before', buffer };
    client.post('first');
    client.post(message, { transfer: [buffer] });
    message.text = 'after';
    equal(buffer.byteLength, 0);
    throws(() => {
      client.post(() => undefined);
    }, 'DataClone');
    const { server } = pair({ capacity: 1 });
    server.accept(port);
    equal(await take(server, 1), ['first']);
    const [got] = (await take(server, 1)) as [typeof message];
    equal([got.text, got.buffer.byteLength], ['before', 8]);
  });

  check('onDropped gets the posts that are held when the connection fails', async () => {
    const { port1 } = new MessageChannel();
    const dropped: Dropped[] = [];
    const onDropped = (each: Dropped): void => void dropped.push(each);
    const client = keep(connect<number>(port1, { onDropped, timeout: 1 }));
    for (const n of upTo(5)) client.post(n);
    await fails(client.connected, 'Timeout');
    await until(() => dropped.length === 5);
    const posts = dropped.map((each) => (each.type === 'post' ? each.msg : each.type));
    equal(posts.sort(), upTo(5));
    port1.close();
  });

  check(
    'a held request settles though a port in it is closed, and the next is served',
    async () => {
      const { server, client } = pair({ capacity: 1 });
      const { port1, port2 } = new MessageChannel();
      client.post('first');
      const doomed = client.tryReq({ port: port1 }, { transfer: [port1] });
      const next = client.tryReq('next');
      port2.close();
      await turns();
      equal(await take(server, 1), ['first']);
      // Where a platform transfers a dead port, the request arrives.
      let { msg, rctx } = await takeRequest(server);
      if (msg !== 'next') {
        rctx.reply('it travels');
        ({ msg, rctx } = await takeRequest(server));
      }
      equal(msg, 'next');
      rctx.reply('served');
      equal(await next, { ok: true, value: 'served' });
      const outcome = await doomed;
      if (!outcome.ok) equal(outcome.error.code, 'DataClone');
      // Its credit is free again, and no more than that.
      await client.ready();
      client.post('fits');
      throws(() => {
        client.post('too many');
      }, 'MailboxFull');
      equal(await take(server, 1), ['fits']);
    },
  );

  check(
    'a held post with a dead port, and one with a client of a closed server, hold up no later post',
    async () => {
      const { client, port } = unconnected();
      const { server: lost, client: given } = pair();
      const carried = given.transfer();
      const { port1, port2 } = new MessageChannel();
      client.post('first');
      client.post(port1, { transfer: [port1] });
      client.post(carried, { transfer: [carried] });
      client.post('last');
      port2.close();
      lost.close();
      await turns();
      const { server } = pair({ capacity: 1 });
      server.accept(port);
      const seen: unknown[] = [];
      while (seen.at(-1) !== 'last') seen.push((await server.wait()).msg);
      equal(seen[0], 'first');
      ok(seen.length <= 4, 'more messages arrived than were sent');
      await client.ready();
    },
  );

  for (const [state, needs] of [
    ['an idle', ['threads']],
    ['a stuck', ['threads', 'stuck threads']],
  ] as const) {
    check(
      `a held request with a client of ${state} worker that is killed settles`,
      needs,
      async (rig) => {
        const { client: ofWorker, kill } = await rig.serve();
        await caughtUp(ofWorker);
        const stuck = state === 'a stuck' && ask(ofWorker, 'stuck');
        const died = stuck && fails(stuck, 'ServerDisappeared');
        const { server, client } = pair({ capacity: 1 });
        client.post('first');
        const port = ofWorker.clone().transfer();
        const waiting = client.tryReq({ port }, { transfer: [port] });
        const next = client.tryReq('next');
        await turns(5);
        await kill();
        await died;
        equal((await ofWorker.closed).code, 'ServerDisappeared');
        equal(await take(server, 1), ['first']);
        // Where a platform transfers a dead port, the request arrives.
        let { msg, rctx } = await takeRequest(server);
        if (msg !== 'next') {
          const arrived = closeAtEnd(Client.from((msg as { port: Port }).port));
          if (rig.has('unread ports') && rig.has('ports to the dead')) {
            equal((await arrived.closed).code, 'ServerDisappeared');
          }
          rctx.reply('arrived');
          ({ msg, rctx } = await takeRequest(server));
        }
        equal(msg, 'next');
        rctx.reply('served');
        equal(await next, { ok: true, value: 'served' });
        const outcome = await waiting;
        if (outcome.ok) equal(outcome.value, 'arrived');
        else equal(outcome.error.code, 'DataClone');
        client.close();
      },
    );
  }

  check('one signal aborts many pending calls, and no settled ones', async () => {
    const { server, client } = pair({ capacity: 2 });
    const controller = new AbortController();
    const { signal } = controller;
    const answered = client.req('answered', { signal });
    const { rctx } = await takeRequest(server);
    rctx.reply('ok');
    equal(await answered, 'ok');
    const calls = upTo(2000).map((n) => fails(client.req(n, { signal }), 'Aborted'));
    const idle = pair().server;
    const waits = upTo(2000).map(() => fails(idle.wait({ signal }), 'Aborted'));
    controller.abort('enough');
    const causes = await Promise.all([...calls, ...waits]);
    ok(
      causes.every(({ cause }) => cause === 'enough'),
      'some have another cause',
    );
    equal((await fails(client.req('late', { signal }), 'Aborted')).cause, 'enough');
    client.close();
  });
});
