import { connect, listen, Server, type MessagePort } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { hostElsewhere } from '../../remote-handles.js';
import { keep } from '../../keep-until-end.js';
import { pair, take, takeAll, takeRequest, type AnyServer } from '../../in-process-pair.js';
import { ask, caughtUp } from '../../commands.js';
import { theme } from '../../suite-dsl.js';
import { turn, until, upTo } from '../../utilities.js';

export const movedServersEnds = theme('migrating servers: endings', (check) => {
  check('a server that has migrated is closed here', async () => {
    const { server, client } = pair();
    const waiting = fails(server.wait(), 'Detached');
    const loop = takeAll(server);
    const moved: AnyServer = keep(Server.from(server.transfer()));
    await waiting;
    await loop;
    await fails(server.wait(), 'Detached');
    throws(() => server.tryPop(), 'Detached');
    throws(() => server.client(), 'Detached');
    throws(() => server.accept(new MessageChannel().port1), 'Detached');
    throws(() => server.transfer(), 'Detached');
    server.close();
    client.post('for the new host');
    equal(await take(moved, 1), ['for the new host']);
    client.close();
    equal(await takeAll(moved), []);
    throws(() => Server.from({} as never), 'InvalidArgument');
  });

  check('a request that is cancelled during the migration is not delivered', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    const rejected = fails(client.req('cancelled', { signal: controller.signal }), 'Aborted');
    await until(() => !server.isEmpty);
    const port = server.transfer();
    controller.abort();
    client.post('after it');
    await rejected;
    await turn();
    const moved: AnyServer = keep(Server.from(port));
    await until(() => !moved.isEmpty);
    await turn();
    equal(await take(moved, 1), ['after it']);
    client.close();
    equal(await takeAll(moved), []);
  });

  check('a caller cancels a request that has migrated', async (rig) => {
    const { server, client } = pair();
    const controller = new AbortController();
    const rejected = fails(client.req(['hold', 'a'], { signal: controller.signal }), 'Aborted');
    await hostElsewhere(rig, server.transfer());
    await caughtUp(client);
    controller.abort();
    await rejected;
    equal(await ask(client, 'signal', 'a'), 'OriginDisappeared');
  });

  check('a migrated server ends when its last client closes', async (rig) => {
    const { server, client } = pair();
    client.post('last words');
    client.close();
    const { task } = await hostElsewhere(rig, server.transfer());
    equal(await task.nextMessage(), 'ended');
    equal(await task.result, ['last words']);
  });

  for (const turns of [0, 1, 2, 3]) {
    check(`the last client closes ${turns} turns after another has begun to connect`, async () => {
      const { port1, port2 } = new MessageChannel();
      const home = keep(listen<unknown, unknown, unknown, unknown>(port1));
      const client = keep(connect<unknown, unknown, unknown, unknown>(port2));
      const server: AnyServer = keep(Server.from(home.transfer()));
      const serving = (async () => {
        for await (const message of server) if (message.type === 'request') message.rctx.reply(1);
      })();
      equal(await client.req('first'), 1);
      const late = keep(connect<unknown, unknown, unknown, unknown>(port2));
      for (let passed = 0; passed < turns; passed++) await turn();
      client.close();
      const result = await late.tryReq('just in time, or too late');
      ok(result.ok || result.error.code === 'ServerDisappeared', 'it must settle');
      late.close();
      await serving;
      port1.close();
    });
  }

  check('a migrated server can be closed', async (rig) => {
    const { server, client } = pair();
    const clone = client.clone();
    const { task } = await hostElsewhere(rig, server.transfer());
    const held = ask(client, 'hold', 'a');
    equal(await ask(client, 'close', 'closed'), 'closed');
    equal((await clone.closed).code, 'ServerDisappeared');
    equal((await client.closed).code, 'ServerDisappeared');
    await task.nextMessage();
    task.send(['a', 'after the end']);
    equal([await task.nextMessage(), await held], [true, 'after the end']);
  });

  check('the old host can die once its clients have switched', ['death'], async (rig) => {
    const { client, task, kill } = await rig.serve();
    const clone = client.clone();
    await caughtUp(clone);
    equal(await ask(client, 'move'), true);
    const { task: moved } = await hostElsewhere(rig, (await task.nextMessage()) as MessagePort);
    equal([await ask(client, 'echo', 1), await ask(clone, 'echo', 2)], [1, 2]);
    await task.result;
    await kill();
    equal([await ask(client, 'echo', 3), await ask(clone, 'echo', 4)], [3, 4]);
    client.close();
    clone.close();
    equal(await moved.result, []);
  });

  check('all calls settle if the old host dies during the migration', ['threads'], async (rig) => {
    const { client, task, kill } = await rig.serve();
    await caughtUp(client);
    const held = fails(ask(client, 'hold', 'a'), 'ServerDisappeared');
    const moved = ask(client, 'move').catch(() => undefined);
    const answers = upTo(50).map((n) => client.tryReq(['echo', n]));
    const port = (await task.nextMessage()) as MessagePort;
    await kill();
    const home: AnyServer = keep(Server.from(port));
    const loop = (async () => {
      for await (const message of home) if (message.type === 'request') message.rctx.reply('home');
    })();
    await held;
    await moved;
    for (const outcome of await Promise.all(answers)) {
      ok(outcome.ok || outcome.error.code === 'ServerDisappeared', 'it failed otherwise');
    }
    client.close();
    // A port that a thread made just before it died may never report its close.
    if (!rig.has('port close')) home.close();
    await loop;
  });

  check('the death of the new host ends all clients', ['threads'], async (rig) => {
    const { server, client } = pair();
    const clone = client.clone();
    const unread = fails(ask(client, 'hold', 'unread'), 'ServerDisappeared');
    const { kill } = await hostElsewhere(rig, server.transfer());
    const held = fails(ask(clone, 'hold', 'a'), 'ServerDisappeared');
    await caughtUp(clone);
    await kill();
    await Promise.all([held, unread]);
    equal((await client.closed).code, 'ServerDisappeared');
    equal((await clone.closed).code, 'ServerDisappeared');
  });

  check(
    'a server with many clients, whose port is closed unused, ends',
    ['port close', 'unread ports'],
    async () => {
      const { server, client } = pair();
      const clients = upTo(300).map(() => keep(server.client()));
      const unread = clients.map((each) => fails(each.req('unread'), 'ServerDisappeared'));
      await until(() => !server.isEmpty);
      server.transfer().close();
      const late = clients.map((each) => fails(each.req('late'), 'ServerDisappeared'));
      await Promise.all([...unread, ...late]);
      for (const each of [client, ...clients]) equal((await each.closed).code, 'ServerDisappeared');
    },
  );

  check('a server whose port is closed unused ends', ['port close', 'unread ports'], async () => {
    const { server, client } = pair();
    const taken = client.req('taken');
    const { rctx } = await takeRequest(server);
    const unread = fails(client.req('unread'), 'ServerDisappeared');
    await until(() => !server.isEmpty);
    server.transfer().close();
    await unread;
    equal((await client.closed).code, 'ServerDisappeared');
    equal(rctx.reply('still'), true);
    equal(await taken, 'still');
  });
});
