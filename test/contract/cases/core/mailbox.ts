import { Client } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { RemoteClient } from '../../remote-handles.js';
import { isPending, pair, take, takeAll, takeRequest } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { upTo, until } from '../../utilities.js';

export const mailbox = theme('the mailbox', (check) => {
  check('several waits are served in order', async () => {
    const { server, client } = pair();
    const waits = upTo(3).map(() => server.wait());
    for (const n of upTo(3)) client.post(n);
    const got = await Promise.all(waits);
    equal(
      got.map(({ msg }) => msg),
      upTo(3),
    );
    client.close();
  });

  check('aborting a wait loses no message', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    const first = server.wait({ signal: controller.signal });
    const second = server.wait();
    controller.abort('not me');
    client.post('for the second');
    client.post('for the third');
    equal((await fails(first, 'Aborted')).cause, 'not me');
    equal((await second).msg, 'for the second');
    await fails(server.wait({ signal: controller.signal }), 'Aborted');
    equal((await server.wait()).msg, 'for the third');
    client.close();
  });

  check('a signal that aborts after its wait has settled does nothing', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    client.post(1);
    equal((await server.wait({ signal: controller.signal })).msg, 1);
    const next = server.wait();
    controller.abort();
    client.post(2);
    equal((await next).msg, 2);
    client.close();
  });

  check('tryPop takes only messages that have arrived', async () => {
    const { server, client } = pair();
    equal([server.isEmpty, server.tryPop()], [true, undefined]);
    client.post('a');
    const answer = client.req('b');
    await until(() => !server.isEmpty);
    const post = server.tryPop();
    equal([post?.type, post?.msg], ['post', 'a']);
    equal((await takeRequest(server)).rctx.reply('c'), true);
    equal([server.isEmpty, server.tryPop(), await answer], [true, undefined, 'c']);
    client.close();
  });

  check('leaving a loop does not close the server', async () => {
    const { server, client } = pair();
    for (const n of upTo(4)) client.post(n);
    const seen: unknown[] = [];
    for (const last of [2, 3]) {
      for await (const { msg } of server) {
        seen.push(msg);
        if (msg === last) break;
      }
    }
    equal(seen, [1, 2, 3]);
    const answer = client.req('still there');
    equal((await server.wait()).msg, 4);
    (await takeRequest(server)).rctx.reply(true);
    equal(await answer, true);
    client.close();
  });

  check('queued messages are taken before ClientsDisappeared', async () => {
    const { server, client } = pair();
    for (const n of upTo(3)) client.post(n);
    client.close();
    equal(await take(server, 3), upTo(3));
    await fails(server.wait(), 'ClientsDisappeared');
    throws(() => server.tryPop(), 'ClientsDisappeared');
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('iteration ends where wait would reject', async () => {
    const { server, client } = pair();
    for (const n of upTo(3)) client.post(n);
    client.close();
    equal(await takeAll(server), upTo(3));
    equal(await takeAll(server), []);
  });

  check('a wait rejects when the last client closes', async (rig) => {
    const { server, client } = pair();
    const waits = [server.wait(), server.wait()];
    const loop = takeAll(server);
    const far = await RemoteClient.of(rig, client.transfer());
    const outcome = far.req('from far');
    const { rctx } = (await waits[0]) as never as { rctx: { reply(value: unknown): boolean } };
    rctx.reply('here');
    equal(await outcome.outcome, { ok: true, value: 'here' });
    far.close();
    await fails(waits[1]!, 'ClientsDisappeared');
    equal(await loop, []);
  });

  check('server.client() makes one more client', async () => {
    const { server, client } = pair();
    const more = server.client();
    client.close();
    const answer = more.req('x');
    (await takeRequest(server)).rctx.reply('y');
    equal(await answer, 'y');
    more.close();
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('accept() takes a port from any source', async (rig) => {
    const { server, client } = pair();
    const { port1, port2 } = new MessageChannel();
    const far = await RemoteClient.of(rig, port2);
    const { outcome } = far.req('from far');
    server.accept(port1);
    client.close();
    (await takeRequest(server)).rctx.reply('welcome');
    equal(await outcome, { ok: true, value: 'welcome' });
    far.close();
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('from() and accept() reject values that are no ports', async () => {
    const { server, client } = pair();
    for (const other of [undefined, null, {}, 5, 'port']) {
      throws(() => server.accept(other as never), 'InvalidArgument');
      throws(() => Client.from(other as never), 'InvalidArgument');
    }
    client.close();
  });

  check('the messages of several clients all arrive, in order for each client', async (rig) => {
    const { server, client } = pair();
    const labels = ['a', 'b', 'c'];
    for (const label of labels) {
      const thread = await rig.thread();
      thread.run('post', { label, last: 300 }, [client.clone().transfer()]);
    }
    client.close();
    const all = (await takeAll(server)) as [string, number][];
    for (const label of labels) {
      const own = all.filter(([from]) => from === label).map(([, n]) => n);
      equal(own, upTo(300), `the messages of ${label}`);
    }
  });

  check('an unread server keeps its messages', async (rig) => {
    const { server, client } = pair();
    const thread = await rig.thread();
    const flood = thread.run('post', { label: 'x', last: 50 }, [client.clone().transfer()]);
    await flood.result;
    ok(await isPending(server.drained), 'it is drained though it was not read');
    client.close();
    ok(await isPending(server.drained), 'it is drained though messages are left');
    equal((await takeAll(server)).length, 50);
    await server.drained;
  });
});
