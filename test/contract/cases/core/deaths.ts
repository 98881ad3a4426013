import { ReplyContext, type MessagePort } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { RemoteClient } from '../../remote-handles.js';
import { keep } from '../../keep-until-end.js';
import { pair, take, takeAll, takeRequest } from '../../in-process-pair.js';
import { ask, caughtUp } from '../../commands.js';
import { theme } from '../../suite-dsl.js';
import { turn, until, upTo } from '../../utilities.js';

export const deaths = theme('threads that die', (check) => {
  check('a server’s death settles all pending calls', ['death'], async (rig) => {
    const { client, kill } = await rig.serve();
    await caughtUp(client);
    const rejected = upTo(50).map((n) =>
      fails(ask(client, 'hold', String(n)), 'ServerDisappeared'),
    );
    const deferred = client.reqDeferred(['hold', 'deferred']);
    await caughtUp(client);
    await kill();
    await Promise.all(rejected);
    await fails(deferred.wait(), 'ServerDisappeared');
    equal((await client.closed).code, 'ServerDisappeared');
    throws(() => client.post(1), 'ServerDisappeared');
    await fails(client.req(1), 'ServerDisappeared');
    throws(() => client.clone(), 'ServerDisappeared');
    await client.connected;
  });

  check('a server’s death settles calls that wait for credit', ['death'], async (rig) => {
    const { client, kill } = await rig.serve({ capacity: 1 });
    await caughtUp(client);
    // The first is taken, the others are queued there or wait for credit here.
    const rejected = upTo(5).map((n) => fails(ask(client, 'hold', String(n)), 'ServerDisappeared'));
    await kill();
    await Promise.all(rejected);
    await fails(client.ready(), 'ServerDisappeared');
    throws(() => client.post(1), 'ServerDisappeared');
  });

  check('a server’s death reaches every kind of client', ['threads'], async (rig) => {
    const { client, kill } = await rig.serve();
    const clone = client.clone();
    const weak = client.weak();
    const posting = client.postOnly();
    const far = await RemoteClient.of(rig, client.clone().transfer());
    const { outcome } = far.req(['hold', 'far']);
    const held = fails(ask(clone, 'hold', 'clone'), 'ServerDisappeared');
    await Promise.all([clone, client].map(caughtUp));
    await kill();
    await held;
    equal(await outcome, { ok: false, code: 'ServerDisappeared' });
    equal((await posting.closed).code, 'ServerDisappeared');
    equal((await clone.closed).code, 'ServerDisappeared');
    equal(await far.closed(), 'ServerDisappeared');
    equal(await weak.upgrade(), undefined);
  });

  check('an uncaught error is a death', ['threads', 'fatal errors'], async (rig) => {
    const { client } = await rig.serve();
    const held = fails(ask(client, 'hold', 'a'), 'ServerDisappeared');
    await fails(ask(client, 'crash'), 'ServerDisappeared');
    await held;
    equal((await client.closed).code, 'ServerDisappeared');
  });

  check('a thread that ends by itself is a death', ['threads'], async (rig) => {
    const { client } = await rig.serve();
    const held = fails(ask(client, 'hold', 'a'), 'ServerDisappeared');
    await fails(ask(client, 'exit'), 'ServerDisappeared');
    await held;
  });

  check('a client’s death fires the signals of its requests', ['death'], async (rig) => {
    const { server, client } = pair();
    const far = await RemoteClient.of(rig, client.transfer());
    far.req(1);
    far.req(2);
    const watched = (await takeRequest(server)).rctx;
    const unwatched = (await takeRequest(server)).rctx;
    const { signal } = watched;
    await far.kill();
    await until(() => signal.aborted);
    equal(watched.reply('late'), false);
    ok(unwatched.signal.aborted, 'the other one has not fired');
    equal(unwatched.reply('late'), false);
    await fails(server.wait(), 'ClientsDisappeared');
    await server.drained;
  });

  check('a dead client no longer counts as a client', ['death'], async (rig) => {
    const { server, client } = pair();
    const far = await RemoteClient.of(rig, client.clone().transfer());
    far.post('last words');
    equal(await take(server, 1), ['last words']);
    const loop = takeAll(server);
    await far.kill();
    client.post('still here');
    client.close();
    equal(await loop, ['still here']);
  });

  check(
    'the requests of a dead client are not delivered, its posts are',
    ['death'],
    async (rig) => {
      const { server, client } = pair();
      const far = await RemoteClient.of(rig, client.transfer());
      far.req('taken');
      const { signal } = (await takeRequest(server)).rctx;
      far.post('before');
      far.req('queued');
      far.post('after');
      await until(() => !server.isEmpty);
      await turn();
      await far.kill();
      await until(() => signal.aborted);
      const seen = await takeAll(server);
      // The posts that left the dead thread are there, in order, without the request.
      equal(seen, ['before', 'after'].slice(0, seen.length));
      ok(seen.length > 0, 'the queued posts are lost');
    },
  );

  check('clones of a dead client in other threads are not affected', ['threads'], async (rig) => {
    const { client, task } = await rig.serve();
    const far = await RemoteClient.of(rig, client.clone().transfer());
    equal(await far.req(['echo', 1]).outcome, { ok: true, value: 1 });
    await far.kill();
    equal(await ask(client, 'echo', 2), 2);
    client.close();
    equal(await task.result, []);
  });

  check('the last client’s death ends the server', ['death'], async (rig) => {
    const { client, task } = await rig.serve();
    const far = await RemoteClient.of(rig, client.clone().transfer());
    equal(await far.req(['echo', 1]).outcome, { ok: true, value: 1 });
    client.close();
    await far.kill();
    equal(await task.nextMessage(), 'ended');
    equal(await task.result, []);
  });

  check(
    'a client that is lost in transit does not count as a client',
    ['threads', 'port close', 'ports to the dead'],
    async (rig) => {
      const { server, client } = pair();
      const thread = await rig.thread();
      thread.run('exit', undefined);
      thread.run('call', undefined, [client.transfer()]);
      await fails(server.wait(), 'ClientsDisappeared');
    },
  );

  check(
    'calls to a server that is lost in transit fail',
    ['threads', 'port close', 'ports to the dead'],
    async (rig) => {
      const { server, client } = pair();
      const unread = fails(client.req('unread'), 'ServerDisappeared');
      const thread = await rig.thread();
      thread.run('exit', undefined);
      thread.run('takeServer', {}, [server.transfer()]);
      await unread;
      equal((await client.closed).code, 'ServerDisappeared');
    },
  );

  check('one peer’s death does not affect other peers', ['death'], async (rig) => {
    const { client, task } = await rig.serve();
    const doomed = await RemoteClient.of(rig, client.clone().transfer());
    const other = await RemoteClient.of(rig, client.clone().transfer());
    doomed.req(['hold', 'doomed']);
    const held = ask(client, 'hold', 'mine');
    equal(await other.req(['echo', 1]).outcome, { ok: true, value: 1 });
    await doomed.kill();
    equal(await other.req(['answer', 'mine', 'ok']).outcome, { ok: true, value: true });
    equal(await held, 'ok');
    const delegated = ask(client, 'delegate');
    const rctx = keep(ReplyContext.from<unknown>((await task.nextMessage()) as MessagePort));
    rctx.reply('also');
    equal(await delegated, 'also');
  });
});
