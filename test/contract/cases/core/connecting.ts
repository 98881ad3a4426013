import { connect, listen, type Client, type ListenOptions } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { keep } from '../../keep-until-end.js';
import { withLanes } from '../../lane-of-rig.js';
import { connectTo, isPending, takeAll, takeRequest } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import { theme } from '../../suite-dsl.js';
import { upTo } from '../../utilities.js';

export const connecting = theme('connect and listen', (check) => {
  check('calls made before a server listens wait for it, in order', async (rig) => {
    const thread = await rig.thread();
    const client = connectTo(thread);
    for (const n of upTo(20)) client.post(n);
    const answer = ask(client, 'posts');
    const clone = client.clone();
    const cloned = ask(clone, 'echo', 'clone');
    const task = thread.run('serve', { whenTold: true });
    ok(await isPending(client.connected), 'it is connected without a server');
    task.send('go');
    equal([await answer, await cloned], [upTo(20), 'clone']);
    await client.connected;
  });

  check('either side can be first', async (rig) => {
    const thread = await rig.thread();
    thread.run('serve', {});
    const first = connectTo(thread);
    equal(await ask(first, 'echo', 1), 1);
    const second = connectTo(thread);
    equal(await ask(second, 'echo', 2), 2);
  });

  check('connect() ignores an option that only listen() has', async (rig) => {
    const thread = await rig.thread();
    thread.run('serve', {});
    const options: object = { capacity: 2 };
    const client = connectTo(thread, options);
    await client.connected;
    equal(await Promise.all(upTo(5).map((n) => ask(client, 'echo', n))), upTo(5));
  });

  check('a server with several connections ends with the last', async (rig) => {
    const thread = await rig.thread();
    const task = thread.run('serve', {});
    const clients = upTo(3).map(() => connectTo(thread));
    for (const client of clients) {
      client.post('hello');
      await client.connected;
    }
    for (const client of clients) client.close();
    equal(await task.nextMessage(), 'ended');
    equal(await task.result, ['hello', 'hello', 'hello']);
    const late = connectTo(thread);
    await fails(late.req('late'), 'ServerDisappeared');
    equal((await late.closed).code, 'ServerDisappeared');
  });

  check('names separate channels on one endpoint', async (rig) => {
    const thread = await rig.thread();
    const one = connectTo(thread, { name: 'one' });
    const two = connectTo(thread, { name: 'two' });
    one.post('for one');
    two.post('for two');
    thread.run('serve', { name: 'two' });
    equal(await ask(two, 'posts'), ['for two']);
    ok(await isPending(one.connected), 'the wrong one was connected');
    thread.run('serve', { name: 'one' });
    equal(await ask(one, 'posts'), ['for one']);
  });

  check('a second listen() with one name is AlreadyListening, and takes nothing', async () => {
    const { port1, port2 } = new MessageChannel();
    const server = listen(port2);
    throws(() => listen(port2), 'AlreadyListening');
    const client = connect(port1);
    client.post('to the first');
    equal((await server.wait()).msg, 'to the first');
    client.close();
    port1.close();
  });

  check('a name can be listened to again once its server has ended', async (rig) => {
    const thread = await rig.thread();
    const first = thread.run('serve', {});
    const client = connectTo(thread);
    await client.connected;
    const second = thread.run('serve', {});
    const error = await second.result.catch((reason: unknown) => reason);
    ok((error as Error).message.includes('already listens'), 'two servers listen to one name');
    client.close();
    await first.result;
    thread.run('serve', {});
    equal(await ask(connectTo(thread), 'echo', 'again'), 'again');
  });

  check('a server with keepAlive outlives its clients', async (rig) => {
    const thread = await rig.thread();
    const task = thread.run('serve', { keepAlive: true });
    for (const n of upTo(3)) {
      const client = connectTo(thread);
      equal(await ask(client, 'echo', n), n);
      client.close();
      await client.closed;
    }
    const last = connectTo(thread);
    equal(await ask(last, 'close', 'bye'), 'bye');
    equal(await task.nextMessage(), 'ended');
  });

  check('a port is an endpoint', async (rig) => {
    const thread = await rig.thread();
    const { port1, port2 } = new MessageChannel();
    const task = thread.run('listenOnPort', {}, [port2]);
    const client = connectTo({ endpoint: port1 });
    equal(await ask(client, 'echo', 'by port'), 'by port');
    client.close();
    equal(await task.nextMessage(), 'ended');
    port1.close();
  });

  check('a listening endpoint counts as a client until the first connection', async () => {
    const { port1, port2 } = new MessageChannel();
    const server = keep(listen(port1, withLanes()));
    const waiting = server.wait();
    ok(await isPending(waiting), 'it gave up');
    const client = connectTo({ endpoint: port2 });
    client.post('first');
    equal((await waiting).msg, 'first');
    client.close();
    await fails(server.wait(), 'ClientsDisappeared');
    equal(await takeAll(server), []);
    port1.close();
  });

  check('a closed endpoint ends a server without clients', ['port close'], async () => {
    const { port1, port2 } = new MessageChannel();
    const server = keep(listen(port1));
    const rejected = fails(server.wait(), 'ClientsDisappeared');
    port2.close();
    await rejected;
  });

  check('the endpoint still carries other messages', async (rig) => {
    const thread = await rig.thread();
    const task = thread.run('serve', {});
    const client = connectTo(thread);
    const held = ask(client, 'hold', 'a');
    equal(await ask(client, 'echo', 1), 1);
    task.send(['a', 'by the other way']);
    equal([await task.nextMessage(), await held], [true, 'by the other way']);
  });

  check('messages of a client that closes before a server listens arrive', async (rig) => {
    const thread = await rig.thread();
    const client = connectTo(thread);
    client.post('early');
    const answer = ask(client, 'posts');
    client.close();
    thread.run('serve', {});
    equal(await answer, ['early']);
  });

  check('a client can be transferred before a server listens', async (rig) => {
    const thread = await rig.thread();
    const client = connectTo(thread);
    client.post('early');
    const other = await rig.thread();
    const race = other.run('race', { last: 3 }, [client.transfer()]);
    await race.nextMessage();
    thread.run('serve', {});
    equal(
      await race.result,
      upTo(3).map((value) => ({ ok: true, value })),
    );
  });

  check('clients that connect after the server has closed are rejected', async (rig) => {
    const thread = await rig.thread();
    thread.run('serve', { keepAlive: true });
    const client = connectTo(thread);
    equal(await ask(client, 'close', true), true);
    await fails(connectTo(thread).req('late'), 'ServerDisappeared');
    await fails(connectTo(thread).connected, 'ServerDisappeared');
  });

  check('two servers can listen at the two ends of one channel', async () => {
    const { port1, port2 } = new MessageChannel();
    const options: ListenOptions = { name: 'there' };
    const there = keep(listen(port1, options));
    const here = keep(listen(port2));
    const toHere: Client = keep(connect(port1));
    const toThere: Client = keep(connect(port2, options));
    const answers = [toHere.req(1), toThere.req(2)];
    (await takeRequest(here)).rctx.reply('here');
    (await takeRequest(there)).rctx.reply('there');
    equal(await Promise.all(answers), ['here', 'there']);
    toHere.close();
    toThere.close();
    equal([await takeAll(here), await takeAll(there)], [[], []]);
    port1.close();
  });
});
