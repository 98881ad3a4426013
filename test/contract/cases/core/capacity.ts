import { channel, Client, listen } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { keep } from '../../keep-until-end.js';
import {
  isPending,
  pair,
  take,
  takeAll,
  takeRequest,
  type AnyServer,
} from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import { theme } from '../../suite-dsl.js';
import { turns, upTo } from '../../utilities.js';

/** Answers one request. */
async function answer(server: AnyServer): Promise<void> {
  (await takeRequest(server)).rctx.reply('answer');
}

export const capacity = theme('bounded mailboxes', (check) => {
  check('a post to a full mailbox throws, and each message taken gives one credit', async () => {
    const { server, client } = pair({ capacity: 2 });
    client.post(1);
    client.post(2);
    throws(() => client.post(3), 'MailboxFull');
    const ready = client.ready();
    ok(await isPending(ready), 'it is ready though it is full');
    equal(await take(server, 1), [1]);
    await ready;
    client.post(4);
    throws(() => client.post(5), 'MailboxFull');
    equal(await take(server, 2), [2, 4]);
    client.close();
  });

  check('requests use credit, and wait for it with their message copied', async () => {
    const { server, client } = pair({ capacity: 1 });
    const first = client.req('first');
    throws(() => client.post('too many'), 'MailboxFull');
    const message = { text: 'before' };
    const second = client.req(message);
    const third = client.reqDeferred('third');
    message.text = 'after';
    equal(await isPending(second), true);
    const seen: unknown[] = [];
    while (seen.length < 3) {
      const { msg, rctx } = await takeRequest(server);
      seen.push(msg);
      rctx.reply(seen.length);
    }
    equal(seen, ['first', { text: 'before' }, 'third']);
    equal([await first, await second, await third.wait()], [1, 2, 3]);
    client.close();
  });

  check('of several callers of ready(), each has its own room', async () => {
    const { server, client } = pair({ capacity: 2 });
    await client.connected;
    const postWhenReady = async (msg: number): Promise<void> => {
      await client.ready();
      client.post(msg);
    };
    const posted = upTo(6).map(postWhenReady);
    ok(await isPending(posted[2]!), 'a third has room, where there is room for two');
    equal(await take(server, 6), upTo(6));
    await Promise.all(posted);
    client.close();
  });

  check('callers of ready() that come during the turn of another have their own room', async () => {
    const microtasks = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) await Promise.resolve();
    };
    for (const capacity of [2, 3, 8]) {
      for (let gap = 0; gap < 30; gap++) {
        const { server, client } = pair({ capacity });
        await client.connected;
        const postWhenReady = async (): Promise<void> => {
          await client.ready();
          await microtasks(8);
          client.post('there is room');
        };
        const posted = [postWhenReady()];
        await microtasks(gap);
        for (let n = 2; n < capacity; n++) posted.push(postWhenReady());
        await microtasks(2);
        for (let n = 0; n <= capacity; n++) posted.push(postWhenReady());
        await take(server, 2 * capacity);
        await Promise.all(posted);
        client.close();
      }
    }
  });

  check('a request that waits can be overtaken by one that follows ready()', async () => {
    const { server, client } = pair({ capacity: 1 });
    await client.connected;
    client.post('first');
    const afterReady = client.ready().then(() => client.req('after ready()'));
    const held = client.req('held');
    const seen: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      const message = await server.wait();
      seen.push(message.msg);
      if (message.type === 'request') message.rctx.reply(message.msg);
    }
    equal(seen, ['first', 'after ready()', 'held']);
    equal([await afterReady, await held], ['after ready()', 'held']);
    equal(await Promise.all([client.tryReq('more'), answer(server)]), [
      { ok: true, value: 'answer' },
      undefined,
    ]);
    client.close();
  });

  check('the caller of ready() has the room that it waited for', async () => {
    const { server, client } = pair({ capacity: 1 });
    client.post('first');
    const postWhenReady = async (msg: string): Promise<void> => {
      await client.ready();
      client.post(msg);
    };
    const posted = [postWhenReady('second'), postWhenReady('third')];
    // It would take the room of the second post if it were sent before the caller goes on.
    const held = client.tryReq('held');
    equal(await take(server, 3), ['first', 'second', 'third']);
    await Promise.all(posted);
    const { msg, rctx } = await takeRequest(server);
    rctx.reply('yes');
    equal([msg, await held], ['held', { ok: true, value: 'yes' }]);
    client.close();
  });

  check(
    'what waits behind ready() is sent after what its caller sends, with credit for both',
    async () => {
      const { server, client } = pair({ capacity: 2 });
      await client.connected;
      client.post('first');
      client.post('second');
      const posted = client.ready().then(() => {
        client.post('after ready()');
      });
      const held = client.req('held');
      await turns();
      // Both are taken in one turn, so that their credit comes at once.
      const taken = [server.wait(), server.wait()];
      equal(
        (await Promise.all(taken)).map(({ msg }) => msg),
        ['first', 'second'],
      );
      equal(await take(server, 1), ['after ready()']);
      const { msg, rctx } = await takeRequest(server);
      rctx.reply('yes');
      equal([msg, await held], ['held', 'yes']);
      await posted;
      client.close();
    },
  );

  check('a request that waits for credit keeps its place before later posts', async () => {
    const { server, client } = pair({ capacity: 1 });
    client.post('first');
    const answer = client.req('second');
    throws(() => client.post('third'), 'MailboxFull');
    equal(await take(server, 1), ['first']);
    const { msg, rctx } = await takeRequest(server);
    equal(msg, 'second');
    rctx.reply('ok');
    await answer;
    await client.ready();
    client.post('third');
    equal(await take(server, 1), ['third']);
    client.close();
  });

  check('a request that is cancelled while it waits for credit is never delivered', async () => {
    const { server, client } = pair({ capacity: 1 });
    const controller = new AbortController();
    client.post('first');
    const rejected = [
      fails(client.req('aborted', { signal: controller.signal }), 'Aborted'),
      fails(client.req('timed out', { timeout: 5 }), 'Timeout'),
    ];
    const last = client.req('last');
    controller.abort();
    await Promise.all(rejected);
    equal(await take(server, 1), ['first']);
    const { msg, rctx } = await takeRequest(server);
    equal(msg, 'last');
    rctx.reply('ok');
    equal(await last, 'ok');
    client.post('room again');
    equal(await take(server, 1), ['room again']);
    client.close();
  });

  check('a request that is cancelled in the queue gives its credit back', async () => {
    const { server, client } = pair({ capacity: 1 });
    await fails(client.req('timed out', { timeout: 0 }), 'Timeout');
    await client.ready();
    client.post('next');
    equal(await take(server, 1), ['next']);
    client.close();
  });

  check('each client has credit of its own', async () => {
    const { server, client } = pair({ capacity: 1 });
    const more = server.client();
    const clone = client.clone();
    await clone.connected;
    const all = [client, more, clone];
    for (const each of all) each.post(1);
    for (const each of all) throws(() => each.post(2), 'MailboxFull');
    equal(await take(server, 3), [1, 1, 1]);
    await Promise.all(all.map((each) => each.ready()));
    for (const each of all) each.close();
  });

  check('a closed server is gone, not full', async () => {
    const { server, client } = pair({ capacity: 1 });
    client.post(1);
    const rejected = [
      fails(client.req('waits for credit'), 'ServerDisappeared'),
      fails(client.ready(), 'ServerDisappeared'),
    ];
    server.close();
    await Promise.all(rejected);
    throws(() => client.post(2), 'ServerDisappeared');
    await fails(client.req(3), 'ServerDisappeared');
    await fails(client.ready(), 'ServerDisappeared');
  });

  check('closing the client loses no request that waits for credit', async () => {
    const { server, client } = pair({ capacity: 1 });
    client.post('first');
    const answers = [client.req('second'), client.req('third')];
    client.close();
    equal(await take(server, 1), ['first']);
    for (const expected of ['second', 'third']) {
      const { msg, rctx } = await takeRequest(server);
      equal(msg, expected);
      rctx.reply(msg);
    }
    equal(await Promise.all(answers), ['second', 'third']);
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('a flood through a small mailbox arrives in order', async (rig) => {
    const { client, task } = await rig.serve({ capacity: 3 });
    const thread = await rig.thread();
    thread.run('post', { label: 'x', last: 500 }, [client.clone().transfer()]);
    const numbers = upTo(100);
    equal(await Promise.all(numbers.map((n) => ask(client, 'echo', n))), numbers);
    client.close();
    const posts = (await task.result) as [string, number][];
    equal(
      posts.map(([, n]) => n),
      upTo(500),
    );
  });

  check('messages that a client sent before it knew the capacity count', async (rig) => {
    const { server, client } = pair({ capacity: 2 });
    const thread = await rig.thread();
    const flood = thread.run('post', { label: 'x', last: 20, postOnly: true }, [
      client.postOnly().transfer(),
    ]);
    client.close();
    const all = (await takeAll(server)) as [string, number][];
    equal(
      all.map(([, n]) => n),
      upTo(20),
    );
    await flood.result;
  });

  check('ready() waits until the capacity is known', async () => {
    const { port1, port2 } = new MessageChannel();
    const client = keep(Client.from<number>(port1));
    const ready = client.ready();
    ok(await isPending(ready), 'it is ready before the capacity is known');
    const { server } = pair({ capacity: 1 });
    server.accept(port2);
    await ready;
    client.post(1);
    throws(() => client.post(2), 'MailboxFull');
    equal(await take(server, 1), [1]);

    const closing = Client.from<number>(new MessageChannel().port1);
    const never = fails(closing.ready(), 'Detached');
    closing.close();
    await never;
  });

  check('an unbounded mailbox is always ready', async () => {
    const { server, client } = pair();
    for (const n of upTo(2000)) client.post(n);
    await client.ready();
    client.close();
    equal((await takeAll(server)).length, 2000);
  });

  check('a capacity must be a whole number of messages', async () => {
    const { port1, port2 } = new MessageChannel();
    for (const each of [0, -1, 1.5, NaN, '3' as unknown as number]) {
      throws(() => channel({ capacity: each }), 'InvalidArgument');
      throws(() => listen(port1, { capacity: each }), 'InvalidArgument');
    }
    port1.close();
    port2.close();
  });
});
