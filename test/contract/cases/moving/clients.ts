import { Client, PostClient, type MessagePort } from 'ump-ng';
import { equal, fails, throws } from '../../assertions.js';
import { RemoteClient } from '../../remote-handles.js';
import { keep } from '../../keep-until-end.js';
import { connectTo, pair, take, takeAll, takeRequest } from '../../in-process-pair.js';
import { ask, caughtUp } from '../../commands.js';
import type { AnyClient } from '../../rig.js';
import { theme } from '../../suite-dsl.js';
import { upTo } from '../../utilities.js';

export const movedClients = theme('transferred clients', (check) => {
  check('a client works in another thread, and is closed here', async (rig) => {
    const { client } = await rig.serve();
    const far = await RemoteClient.of(rig, client.transfer());
    equal(await far.req(['echo', 'from far']).outcome, { ok: true, value: 'from far' });
    throws(() => client.post(1), 'Detached');
    throws(() => client.transfer(), 'Detached');
    await fails(client.req(1), 'Detached');
    equal((await client.closed).code, 'Detached');
  });

  check('pending calls stay with the old owner', async (rig) => {
    const { client } = await rig.serve();
    const pending = ask(client, 'hold', 'a');
    const far = await RemoteClient.of(rig, client.transfer());
    equal(await far.req(['answer', 'a', 'for here']).outcome, { ok: true, value: true });
    equal(await pending, 'for here');
  });

  check('the messages of the new owner come after those of the old one', async (rig) => {
    const { client, task } = await rig.serve();
    for (const n of upTo(200)) client.post(n);
    const moved: AnyClient = keep(Client.from(client.transfer()));
    for (const n of upTo(100)) moved.post(200 + n);
    const again: AnyClient = keep(Client.from(moved.transfer()));
    again.post(301);
    again.close();
    equal(await task.result, upTo(301));
  });

  check('a client passes through threads that never use it', async (rig) => {
    const { client, task } = await rig.serve();
    client.post('first');
    let port = client.transfer();
    for (let hops = 0; hops < 2; hops++) {
      const thread = await rig.thread();
      port = (await thread.run('relay', undefined, [port]).nextMessage()) as MessagePort;
    }
    const arrived: AnyClient = keep(Client.from(port));
    arrived.post('second');
    equal(await ask(arrived, 'echo', 'here'), 'here');
    arrived.close();
    equal(await task.result, ['first', 'second']);
  });

  check('a client is transferred there and back', async (rig) => {
    const { client, task } = await rig.serve();
    const far = await RemoteClient.of(rig, client.transfer());
    far.post('from far');
    const back: AnyClient = keep(Client.from(await far.transfer()));
    back.post('from here');
    back.close();
    equal(await task.result, ['from far', 'from here']);
  });

  check('a client is transferred in a post', async (rig) => {
    const { client } = await rig.serve();
    const here = pair();
    const port = client.clone().transfer();
    here.client.post({ sink: port }, { transfer: [port] });
    const [{ sink }] = (await take(here.server, 1)) as [{ sink: MessagePort }];
    equal(await ask(Client.from(sink), 'echo', 'x'), 'x');
    here.client.close();
  });

  check('a client of one server is transferred to another', async () => {
    const lookup = pair();
    const target = pair();
    const answer = lookup.client.req('where is it?');
    const port = target.client.transfer();
    (await takeRequest(lookup.server)).rctx.reply({ port }, { transfer: [port] });
    const found: AnyClient = keep(Client.from(((await answer) as { port: MessagePort }).port));
    found.post('hello');
    found.close();
    equal(await takeAll(target.server), ['hello']);
    lookup.client.close();
    await fails(lookup.server.wait(), 'ClientsDisappeared');
  });

  check('a post-only client works in another thread', async (rig) => {
    const { client, task } = await rig.serve();
    const thread = await rig.thread();
    const flood = thread.run('post', { label: 'x', last: 50, postOnly: true }, [
      client.postOnly().transfer(),
    ]);
    client.close();
    equal(
      await task.result,
      upTo(50).map((n) => ['x', n]),
    );
    await flood.result;
    throws(() => PostClient.from(undefined as never), 'InvalidArgument');
  });

  check('a transferred client can be cloned, made weak and transferred again', async (rig) => {
    const { client, task } = await rig.serve();
    const moved: AnyClient = keep(Client.from(client.transfer()));
    const clone = moved.clone();
    const weak = moved.weak();
    const far = await RemoteClient.of(rig, moved.transfer());
    equal(await far.req(['echo', 1]).outcome, { ok: true, value: 1 });
    const strong = await weak.upgrade();
    equal(await ask(strong!, 'echo', 2), 2);
    equal(await ask(clone, 'echo', 3), 3);
    for (const each of [strong!, clone, far]) each.close();
    weak.close();
    equal(await task.result, []);
  });

  check('a transferred client survives its old owner', ['death'], async (rig) => {
    const { client } = await rig.serve();
    const far = await RemoteClient.of(rig, client.clone().transfer());
    await caughtUp(client);
    const moved: AnyClient = keep(Client.from(await far.transfer()));
    await moved.connected;
    await far.kill();
    equal(await ask(moved, 'echo', 'alive'), 'alive');
  });

  check('a port of a client counts even before it is used', async () => {
    const { server, client } = pair();
    const port = client.transfer();
    const waiting = server.wait();
    const late: AnyClient = keep(Client.from(port));
    late.post('late');
    equal((await waiting).msg, 'late');
    late.close();
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('a port of a client that is closed unused does not count', ['port close'], async () => {
    const { server, client } = pair();
    client.transfer().close();
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('a client from connect() can be transferred', async (rig) => {
    const thread = await rig.thread();
    const task = thread.run('serve', {});
    const first = connectTo(thread);
    const far = await RemoteClient.of(rig, first.transfer());
    equal(await far.req(['echo', 'x']).outcome, { ok: true, value: 'x' });
    far.close();
    equal(await task.nextMessage(), 'ended');
  });

  check('a transferred client starts with full credit', async () => {
    const { server, client } = pair({ capacity: 1 });
    client.post('full');
    const moved: AnyClient = keep(Client.from(client.transfer()));
    await moved.connected;
    moved.post('credit of its own');
    throws(() => moved.post('no more'), 'MailboxFull');
    equal(await take(server, 2), ['full', 'credit of its own']);
    moved.close();
    await fails(server.wait(), 'ClientsDisappeared');
  });
});
