import { channel, connect, listen, Server, type Dropped } from 'ump-ng';
import { introspect } from 'ump-ng/actors';
import { equal, fails } from '../../assertions.js';
import { keep } from '../../keep-until-end.js';
import { connectTo, take, takeRequest, type Pair } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { turn, until, upTo } from '../../utilities.js';

/** A pair, and everything that its onDropped hook got. */
function watched(): Pair & { dropped: Dropped[] } {
  const dropped: Dropped[] = [];
  const both = keep(
    channel<unknown, unknown, unknown, unknown>({
      onDropped: (what) => dropped.push(what),
    }),
  );
  return { ...both, dropped };
}

export const droppedMessages = theme('onDropped gets undelivered messages', (check) => {
  check('posts that are unread when the server closes', async () => {
    const { server, client, dropped } = watched();
    for (const n of upTo(4)) client.post(n);
    equal(await take(server, 2), [1, 2]);
    client.req('no post').catch(() => undefined);
    server.close();
    await client.closed;
    await until(() => dropped.length > 1);
    equal(dropped, [
      { type: 'post', msg: 3 },
      { type: 'post', msg: 4 },
    ]);
  });

  check('posts that were on their way when the server closed', async () => {
    const { server, client, dropped } = watched();
    client.post('too late');
    server.close();
    await until(() => dropped.length > 0);
    equal(dropped, [{ type: 'post', msg: 'too late' }]);
  });

  check('replies to requests that were cancelled', async () => {
    const { server, client, dropped } = watched();
    const controller = new AbortController();
    const rejected = upTo(2).map((n) =>
      fails(client.req(n, { signal: controller.signal }), 'Aborted'),
    );
    const contexts = [await takeRequest(server), await takeRequest(server)];
    controller.abort();
    await Promise.all(rejected);
    client.post('after the abort');
    await take(server, 1);
    equal(contexts[0]!.rctx.reply('late'), false);
    equal(contexts[1]!.rctx.fail({ sorry: true }), false);
    await until(() => dropped.length > 1);
    equal(dropped, [
      { type: 'reply', value: 'late' },
      { type: 'failure', error: { sorry: true } },
    ]);
    client.close();
  });

  check('a reply that crosses the abort, once', async () => {
    const { server, client, dropped } = watched();
    const controller = new AbortController();
    const rejected = fails(client.req(1, { signal: controller.signal }), 'Aborted');
    const { rctx } = await takeRequest(server);
    // The reply is in transit when the caller aborts.
    equal(rctx.reply('crossing'), true);
    controller.abort();
    await rejected;
    await until(() => dropped.length > 0);
    client.post('after it');
    await take(server, 1);
    equal(dropped, [{ type: 'reply', value: 'crossing' }]);
    client.close();
  });

  check('posts to a connection that was never opened', async (rig) => {
    const thread = await rig.thread();
    const dropped: Dropped[] = [];
    const controller = new AbortController();
    const client = connectTo(thread, {
      signal: controller.signal,
      onDropped: (what) => dropped.push(what),
    });
    client.post('one');
    client.post('two');
    controller.abort();
    await until(() => dropped.length > 1);
    equal(dropped, [
      { type: 'post', msg: 'one' },
      { type: 'post', msg: 'two' },
    ]);
  });

  check('posts that are held when the server closes, at their client', async () => {
    const { port1, port2 } = new MessageChannel();
    const here: unknown[] = [];
    const there: unknown[] = [];
    const post = (what: Dropped): unknown => (what.type === 'post' ? what.msg : what.type);
    const client = keep(connect<number>(port1, { onDropped: (what) => here.push(post(what)) }));
    for (const n of upTo(4)) client.post(n);
    const server = keep(
      listen<number>(port2, { capacity: 2, onDropped: (what) => there.push(post(what)) }),
    );
    equal(await take(server, 1), [1]);
    server.close();
    await until(() => here.length + there.length === 3);
    equal([...there, ...here].sort(), [2, 3, 4]);
    equal(here.includes(4), true, 'the last one was never sent');
    await client.closed;
    port1.close();
  });

  check('of its own channel and thread: it does not move with the server', async () => {
    const { server, client, dropped } = watched();
    const moved = keep(Server.from(server.transfer()));
    client.post('unread');
    await until(() => introspect(moved).queued === 1);
    moved.close();
    await client.closed;
    await turn();
    equal(dropped, []);
  });

  check('nothing that was read or answered', async () => {
    const { server, client, dropped } = watched();
    client.post('read');
    const answer = client.req('answered');
    await take(server, 1);
    (await takeRequest(server)).rctx.reply('yes');
    await answer;
    client.close();
    await fails(server.wait(), 'ClientsDisappeared');
    server.close();
    await turn();
    equal(dropped, []);
  });
});
