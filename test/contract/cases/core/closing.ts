import { equal, fails, ok, throws } from '../../assertions.js';
import { RemoteClient } from '../../remote-handles.js';
import { isPending, pair, take, takeAll, takeRequest } from '../../in-process-pair.js';
import { ask, caughtUp } from '../../commands.js';
import { theme } from '../../suite-dsl.js';
import { dispose, until, upTo } from '../../utilities.js';

export const closing = theme('closing', (check) => {
  check(
    'a closed server rejects queued requests, and answers the requests that it took',
    async () => {
      const { server, client } = pair();
      const other = client.clone();
      const taken = [client.req(1), other.req(2)];
      const contexts = [await takeRequest(server), await takeRequest(server)];
      const queued = [
        fails(client.req(3), 'ServerDisappeared'),
        fails(other.req(4), 'ServerDisappeared'),
      ];
      client.post('unread');
      await until(() => !server.isEmpty);
      server.close();
      await Promise.all(queued);
      for (const { msg, rctx } of contexts) equal(rctx.reply(`late ${String(msg)}`), true);
      equal(await Promise.all(taken), ['late 1', 'late 2']);
    },
  );

  check('every method of a closed server throws', async () => {
    const { server, client } = pair();
    client.post(1);
    const loop = takeAll(server);
    const waiting = fails(server.wait(), 'ServerDisappeared');
    await until(() => server.isEmpty);
    server.close();
    server.close();
    server[dispose]();
    await waiting;
    await loop;
    await fails(server.wait(), 'ServerDisappeared');
    throws(() => server.tryPop(), 'ServerDisappeared');
    throws(() => server.client(), 'ServerDisappeared');
    throws(() => server.accept(new MessageChannel().port1), 'ServerDisappeared');
    throws(() => server.transfer(), 'ServerDisappeared');
    equal(await takeAll(server), []);
    equal(server.isEmpty, true);
    equal((await client.closed).code, 'ServerDisappeared');
  });

  check('every call fails once the server is known to have closed', async (rig) => {
    const { client } = await rig.serve();
    equal(await ask(client, 'close', 'closed'), 'closed');
    equal((await client.closed).code, 'ServerDisappeared');
    throws(() => client.post(1), 'ServerDisappeared');
    await fails(client.req(1), 'ServerDisappeared');
    const result = await client.tryReq(1);
    ok(!result.ok && result.error.code === 'ServerDisappeared', 'tryReq does not return it');
    throws(() => client.reqDeferred(1), 'ServerDisappeared');
    throws(() => client.clone(), 'ServerDisappeared');
    throws(() => client.weak(), 'ServerDisappeared');
    throws(() => client.postOnly(), 'ServerDisappeared');
    throws(() => client.transfer(), 'ServerDisappeared');
    await fails(client.ready(), 'ServerDisappeared');
  });

  check('calls that cross the server’s close settle', async (rig) => {
    const { client, task } = await rig.serve();
    await caughtUp(client);
    const held = ask(client, 'hold', 'a');
    const closing = ask(client, 'close', 'closed');
    const crossing = [client, client.clone(), client.clone()].map((each) =>
      fails(each.req('too late'), 'ServerDisappeared'),
    );
    equal(await closing, 'closed');
    await Promise.all(crossing);
    equal(await task.nextMessage(), 'ended');
    task.send(['a', 'after the end']);
    equal([await task.nextMessage(), await held], [true, 'after the end']);
    equal(await task.result, []);
  });

  check('a caller can still cancel after the server closed', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    const rejected = fails(client.req(1, { signal: controller.signal }), 'Aborted');
    const { rctx } = await takeRequest(server);
    const { signal } = rctx;
    server.close();
    await client.closed;
    controller.abort();
    await rejected;
    await until(() => signal.aborted);
    equal(rctx.reply('late'), false);
  });

  check('drained waits for every context that was taken', async () => {
    const { server, client } = pair();
    const answers = [client.req(1), client.req(2)];
    const contexts = [await takeRequest(server), await takeRequest(server)];
    const { drained } = server;
    server.close();
    contexts[0]!.rctx.reply('one');
    ok(await isPending(drained), 'it is drained with a context open');
    contexts[1]!.rctx.reply('two');
    await drained;
    await server.drained;
    equal(await Promise.all(answers), ['one', 'two']);
  });

  check('drained settles when the last client closes', async () => {
    const { server, client } = pair();
    const { drained } = server;
    const answer = client.req(1);
    const { rctx } = await takeRequest(server);
    client.close();
    await fails(server.wait(), 'ClientsDisappeared');
    ok(await isPending(drained), 'it is drained with a context open');
    rctx.reply('one');
    await drained;
    equal(await answer, 'one');
  });

  check('drained does not wait for a moved or dropped context', async () => {
    const { server, client } = pair();
    const moved = client.req(1);
    const dropped = fails(client.req(2), 'NoReply');
    const first = await takeRequest(server);
    const second = await takeRequest(server);
    const { drained } = server;
    server.close();
    const port = first.rctx.transfer();
    second.rctx[dispose]();
    await drained;
    await dropped;
    port.close();
    moved.catch(() => undefined);
  });

  check('a closed client takes no new calls, and pending calls settle', async (rig) => {
    const { client, task } = await rig.serve();
    const pending = ask(client, 'hold', 'a');
    const deferred = client.reqDeferred(['echo', 'deferred']);
    const other = client.clone();
    client.close();
    client.close();
    client[dispose]();
    throws(() => client.post(1), 'Detached');
    await fails(client.req(1), 'Detached');
    const result = await client.tryReq(1);
    ok(!result.ok && result.error.code === 'Detached', 'tryReq does not return it');
    for (const call of ['clone', 'weak', 'postOnly', 'transfer'] as const) {
      throws(() => client[call](), 'Detached');
    }
    throws(() => client.reqDeferred(1), 'Detached');
    await fails(client.ready(), 'Detached');
    equal((await client.closed).code, 'Detached');
    equal(await deferred.wait(), 'deferred');
    equal(await ask(other, 'answer', 'a', 'settled'), true);
    equal(await pending, 'settled');
    other.close();
    equal(await task.result, []);
  });

  check('a pending call can still be cancelled after close', async (rig) => {
    const { client } = await rig.serve();
    const other = client.clone();
    const controller = new AbortController();
    const rejected = fails(client.req(['hold', 'a'], { signal: controller.signal }), 'Aborted');
    await caughtUp(client);
    client.close();
    controller.abort();
    await rejected;
    equal(await ask(other, 'signal', 'a'), 'OriginDisappeared');
  });

  check('posts made before close arrive', async (rig) => {
    const { client, task } = await rig.serve();
    for (const n of upTo(100)) client.post(n);
    client.close();
    equal(await task.result, upTo(100));
  });

  check('a server without clients still answers what it took', async (rig) => {
    const { server, client } = pair();
    const far = await RemoteClient.of(rig, client.transfer());
    const { outcome } = far.req('x');
    const { rctx } = await takeRequest(server);
    far.close();
    await fails(server.wait(), 'ClientsDisappeared');
    equal(rctx.signal.aborted, false);
    equal(rctx.reply('after all left'), true);
    equal(await outcome, { ok: true, value: 'after all left' });
  });

  check('the calls of a client that closed before it was accepted fail', async () => {
    const { server, client } = pair();
    const { connected } = client;
    const rejected = fails(connected, 'Detached');
    client.close();
    await rejected;
    await fails(client.connected, 'Detached');
    client.close();
    equal(await take(server, 0), []);
    await fails(server.wait(), 'ClientsDisappeared');
  });
});
