import { Client, connect, listen, Server, type MessagePort } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { RemoteClient, hostElsewhere } from '../../remote-handles.js';
import { keep } from '../../keep-until-end.js';
import { isPending, pair, takeAll, takeRequest, type AnyServer } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import type { AnyClient } from '../../rig.js';
import { theme } from '../../suite-dsl.js';
import { turn, until, upTo } from '../../utilities.js';

const move = (server: AnyServer): AnyServer => keep(Server.from(server.transfer()));

const numbersOf = (posts: unknown, label: string): number[] =>
  (posts as [string, number][]).filter(([from]) => from === label).map(([, n]) => n);

export const movedServers = theme('migrating servers', (check) => {
  check('clients and unread messages migrate with a server, in order', async (rig) => {
    const { server, client } = pair();
    for (const n of upTo(50)) client.post(n);
    const early = ask(client, 'echo', 'early');
    const port = server.transfer();
    for (const n of upTo(50)) client.post(50 + n);
    const { task } = await hostElsewhere(rig, port);
    for (const n of upTo(50)) client.post(100 + n);
    equal([await early, await ask(client, 'echo', 'late')], ['early', 'late']);
    client.post(151);
    client.close();
    equal(await task.result, upTo(151));
  });

  check('the messages of many clients keep their order when their server migrates', async (rig) => {
    const { server, client } = pair();
    const clients = upTo(300).map(() => keep(server.client()));
    const open = clients.filter((_, label) => label % 3 > 0);
    const say = (speakers: readonly AnyClient[], n: number): void => {
      for (const each of speakers) each.post([clients.indexOf(each), n]);
    };
    say(clients, 1);
    await until(() => !server.isEmpty);
    const port = server.transfer();
    say(clients, 2);
    const answers = open.map((each, at) => ask(each, 'echo', at));
    await turn();
    say(clients, 3);
    for (const each of clients) if (!open.includes(each)) each.close();
    const { task } = await hostElsewhere(rig, port);
    say(open, 4);
    equal(
      await Promise.all(answers),
      open.map((_, at) => at),
    );
    for (const each of open) each.close();
    client.close();
    const posts = (await task.result) as [number, number][];
    const orders = clients.map((each) => (open.includes(each) ? '1,2,3,4' : '1,2,3'));
    const received = clients.map(() => new Array<number>());
    for (const [label, n] of posts) received[label]?.push(n);
    equal(received.map(String), orders);
  });

  check('clients in other threads can send during the migration', async (rig) => {
    const { server, client } = pair();
    const labels = ['a', 'b'];
    for (const label of labels) {
      const thread = await rig.thread();
      thread.run('post', { label, last: 500 }, [client.clone().transfer()]);
    }
    const racer = await rig.thread();
    const race = racer.run('race', { last: 200 }, [client.clone().transfer()]);
    await until(() => !server.isEmpty);
    const first = await hostElsewhere(rig, server.transfer());
    const numbers = upTo(20);
    const answers = numbers.map((n) => ask(client, 'echo', n));
    equal(await ask(client, 'move'), true);
    const second = await hostElsewhere(rig, (await first.task.nextMessage()) as MessagePort);
    equal(await Promise.all(answers), numbers);
    equal(
      await race.result,
      upTo(200).map((value) => ({ ok: true, value })),
    );
    const firstPosts = first.task.result;
    client.close();
    const posts = [
      ...((await firstPosts) as unknown[]),
      ...((await second.task.result) as unknown[]),
    ];
    for (const label of labels) equal(numbersOf(posts, label), upTo(500), label);
  });

  check('taken contexts stay here, and can be answered', async (rig) => {
    const { server, client } = pair();
    const controller = new AbortController();
    const answer = client.req('taken');
    const rejected = fails(client.req('aborted', { signal: controller.signal }), 'Aborted');
    const { rctx } = await takeRequest(server);
    const { signal } = (await takeRequest(server)).rctx;
    const { task } = await hostElsewhere(rig, server.transfer());
    equal(await ask(client, 'echo', 'there'), 'there');
    controller.abort();
    await rejected;
    await until(() => signal.aborted);
    equal(rctx.reply('here'), true);
    equal(await answer, 'here');
    client.close();
    equal(await task.result, []);
  });

  check('a server can migrate again before any client has switched', async (rig) => {
    const { server, client } = pair();
    for (const n of upTo(10)) client.post(n);
    const clone = client.clone();
    const answer = ask(clone, 'echo', 'found');
    const third = move(move(server));
    client.post(11);
    const thread = await rig.thread();
    const port = (await thread
      .run('passServerOn', undefined, [third.transfer()])
      .nextMessage()) as MessagePort;
    client.post(12);
    const { task } = await hostElsewhere(rig, port);
    client.post(13);
    equal(await answer, 'found');
    client.close();
    clone.close();
    equal(await task.result, upTo(13));
  });

  check('a server migrates there and back', async (rig) => {
    const { server, client } = pair();
    const { task } = await hostElsewhere(rig, server.transfer());
    client.post('there');
    equal(await ask(client, 'move'), true);
    const moved: AnyServer = keep(Server.from((await task.nextMessage()) as MessagePort));
    client.post('moved');
    client.close();
    equal(await takeAll(moved), ['moved']);
    equal(await task.nextMessage(), 'ended');
    equal(await task.result, ['there']);
  });

  check('a server passes through threads that never use it', async (rig) => {
    const { server, client } = pair();
    client.post(1);
    const thread = await rig.thread();
    const port = (await thread
      .run('relay', undefined, [server.transfer()])
      .nextMessage()) as MessagePort;
    client.post(2);
    const { task } = await hostElsewhere(rig, port);
    equal(await ask(client, 'posts'), [1, 2]);
    client.close();
    await task.result;
  });

  check('clones, weak clients and new clients of a migrating server reach it', async (rig) => {
    const { server, client } = pair();
    const weak = client.weak();
    const before = client.clone();
    const port = server.transfer();
    const during = client.clone();
    const answers = [before, during, during.clone()].map((each, n) => ask(each, 'echo', n));
    const { task } = await hostElsewhere(rig, port);
    equal(await Promise.all(answers), [0, 1, 2]);
    const strong = await weak.upgrade();
    equal(await ask(strong!, 'echo', 'strong'), 'strong');
    const far = await RemoteClient.of(rig, client.transfer());
    equal(await far.req(['echo', 'far']).outcome, { ok: true, value: 'far' });
    ok(await isPending(task.result), 'the server ended with clients left');
  });

  check('a bounded mailbox stays bounded, and grants its credit', async (rig) => {
    const { server, client } = pair({ capacity: 2 });
    client.post(1);
    client.post(2);
    await until(() => !server.isEmpty);
    const port = server.transfer();
    throws(() => client.post(3), 'MailboxFull');
    const waiting = ask(client, 'posts');
    const thread = await rig.thread();
    const task = thread.run('takeServer', { whenTold: true }, [port]);
    await task.nextMessage();
    throws(() => client.post(3), 'MailboxFull');
    task.send('go');
    equal(await waiting, [1, 2]);
    for (const n of upTo(20)) {
      await client.ready();
      client.post(2 + n);
    }
    equal(await ask(client, 'posts'), upTo(22));
    client.close();
    await task.result;
  });

  check('clients that are made at once by the new host have the same bound', async () => {
    const { server, client } = pair({ capacity: 2 });
    const moved = move(server);
    const made = [moved.client(), Client.from(moved.port())].map((each) => keep(each));
    for (const one of made) {
      await one.connected;
      one.post(1);
      one.post(2);
      throws(() => one.post(3), 'MailboxFull');
    }
    for (const one of [client, ...made]) one.close();
    equal(await takeAll(moved), [1, 2, 1, 2]);
  });

  check('clients of a new host settle though its old host was lost at once', async () => {
    const { server } = pair();
    const port = server.transfer();
    const moved = keep(Server.from(port));
    const made = keep(moved.client());
    moved.close();
    await fails(made.req('anything'), 'ServerDisappeared');
  });

  check('a client that connects at the old endpoint reaches the new host', async (rig) => {
    const { port1, port2 } = new MessageChannel();
    const server = keep(listen<unknown, unknown, unknown, unknown>(port1));
    const first: AnyClient = keep(connect(port2));
    await first.connected;
    const { task } = await hostElsewhere(rig, server.transfer());
    equal(await ask(first, 'echo', 'first'), 'first');
    const second: AnyClient = keep(connect(port2));
    equal(await ask(second, 'echo', 'second'), 'second');
    first.close();
    second.close();
    equal(await task.nextMessage(), 'ended');
    port1.close();
  });

  check('an old host that is asked for messages still redirects clients', async (rig) => {
    const { port1, port2 } = new MessageChannel();
    const server = keep(listen<unknown, unknown, unknown, unknown>(port1));
    const first: AnyClient = keep(connect(port2));
    await first.connected;
    const { task } = await hostElsewhere(rig, server.transfer());
    throws(() => server.tryPop(), 'Detached');
    await fails(server.wait(), 'Detached');
    const second: AnyClient = keep(connect(port2));
    equal(await ask(second, 'echo', 'second'), 'second');
    equal(await ask(first, 'echo', 'first'), 'first');
    first.close();
    second.close();
    equal(await task.nextMessage(), 'ended');
    port1.close();
  });
});
