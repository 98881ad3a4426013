import { Client, PostClient } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { keep } from '../../keep-until-end.js';
import { isPending, pair, take, takeAll, takeRequest } from '../../in-process-pair.js';
import { ask, caughtUp } from '../../commands.js';
import type { AnyClient } from '../../rig.js';
import { theme } from '../../suite-dsl.js';
import { dispose, upTo } from '../../utilities.js';

export const clients = theme('clones, weak clients, post-only clients', (check) => {
  check('a clone is usable at once and independent', async (rig) => {
    const { client } = await rig.serve();
    const clone = client.clone();
    equal(await ask(clone, 'echo', 'clone'), 'clone');
    client.close();
    equal(await ask(clone, 'echo', 'alone'), 'alone');
    equal((await client.closed).code, 'Detached');
  });

  check('the server ends with the last of many clones', async (rig) => {
    const { client, task } = await rig.serve();
    const clones: AnyClient[] = [client];
    for (const n of upTo(50)) clones.push(clones[Math.floor(n / 2)]!.clone());
    const answers = clones.map((clone, n) => ask(clone, 'echo', n));
    equal(
      await Promise.all(answers),
      clones.map((_, n) => n),
    );
    const last = clones.pop()!;
    for (const clone of clones) clone.close();
    equal(await ask(last, 'echo', 'last'), 'last');
    last.post('the end');
    last.close();
    equal(await task.result, ['the end']);
  });

  check('a clone’s messages come after what was sent before it', async (rig) => {
    const { client, task } = await rig.serve();
    for (const n of upTo(100)) client.post(n);
    const clone = client.clone();
    clone.post(101);
    clone.close();
    client.close();
    equal(await task.result, upTo(101));
  });

  check('a clone that closes unused no longer counts as a client', async () => {
    const { server, client } = pair();
    upTo(5)
      .map(() => client.clone())
      .forEach((clone) => clone.close());
    client.clone()[dispose]();
    client.close();
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('a weak client does not keep the server alive', async () => {
    const { server, client } = pair();
    const weak = client.weak();
    client.close();
    await fails(server.wait(), 'ClientsDisappeared');
    equal(await weak.upgrade(), undefined);
    equal(await weak.upgrade(), undefined);
    weak.close();
  });

  check(
    'the closed promise of a weak client settles when its server closes, and when it closes itself',
    async () => {
      const { server, client } = pair();
      const weak = keep(client.weak());
      const closed = keep(client.weak());
      closed.close();
      equal((await closed.closed).code, 'Detached');
      equal(await isPending(weak.closed), true);
      server.close();
      equal((await weak.closed).code, 'ServerDisappeared');
    },
  );

  check(
    'the closed promise of a weak client settles when its server dies',
    ['death'],
    async (rig) => {
      const { client, kill } = await rig.serve();
      const weak = keep(client.weak());
      equal(await ask(client, 'echo', 1), 1);
      await kill();
      equal((await weak.closed).code, 'ServerDisappeared');
    },
  );

  check('a weak client can be upgraded while there is a strong client', async (rig) => {
    const { client, task } = await rig.serve();
    const weak = client.weak();
    const strong = await weak.upgrade();
    ok(strong !== undefined, 'the upgrade failed');
    client.close();
    equal(await ask(strong, 'echo', 'upgraded'), 'upgraded');
    const second = await weak.upgrade();
    ok(second !== undefined, 'the second upgrade failed');
    strong.close();
    weak.close();
    equal(await ask(second, 'echo', 'still'), 'still');
    equal(await weak.upgrade(), undefined, 'upgrade of a closed one');
    second.close();
    equal(await task.result, []);
  });

  check('a weak client fails to upgrade once the server has closed', async (rig) => {
    const { client } = await rig.serve();
    const weak = client.weak();
    const known = await weak.upgrade();
    ok(known !== undefined, 'the upgrade failed');
    await ask(client, 'close', true);
    equal(await weak.upgrade(), undefined);
  });

  check('a post-only client only posts, and counts as a client', async (rig) => {
    const { client, task } = await rig.serve();
    await caughtUp(client);
    const posting = client.postOnly();
    ok(posting instanceof PostClient && !('req' in posting), 'it can do more than post');
    client.close();
    await posting.ready();
    posting.post(1);
    const clone = posting.clone();
    posting.close();
    throws(() => posting.post(0), 'Detached');
    throws(() => posting.clone(), 'Detached');
    await fails(posting.ready(), 'Detached');
    equal((await posting.closed).code, 'Detached');
    clone.post(2);
    const moved = keep(PostClient.from(clone.transfer()));
    throws(() => clone.post(0), 'Detached');
    moved.post(3);
    moved[dispose]();
    equal(await task.result, [1, 2, 3]);
  });

  check(
    'the server refuses a request from a post-only port, and serves other clients',
    async (rig) => {
      const { client } = await rig.serve();
      const sly: AnyClient = keep(Client.from(client.postOnly().transfer()));
      await fails(sly.req('more than I may'), 'Protocol');
      equal((await sly.closed).code, 'Protocol');
      equal(await ask(client, 'echo', 'works'), 'works');
    },
  );

  check('a post-only client learns that the server is gone', async (rig) => {
    const { client } = await rig.serve();
    const posting = client.postOnly();
    await ask(client, 'close', true);
    equal((await posting.closed).code, 'ServerDisappeared');
    throws(() => posting.post(1), 'ServerDisappeared');
    await fails(posting.ready(), 'ServerDisappeared');
  });

  check('closed stays pending while the connection is open', async () => {
    const { server, client } = pair();
    ok(await isPending(client.closed), 'it is closed');
    client.close();
    equal(await takeAll(server), []);
  });

  check('messages of several clones are taken in turn', async () => {
    const { server, client } = pair();
    const clone = client.clone();
    const answers = [client.req('one'), clone.req('two')];
    const got = [await takeRequest(server), await takeRequest(server)];
    for (const { msg, rctx } of got) rctx.reply(`${String(msg)}!`);
    equal(await Promise.all(answers), ['one!', 'two!']);
    client.post('last');
    equal(await take(server, 1), ['last']);
    client.close();
    clone.close();
  });

  check('ref and unref return the client', async () => {
    const { server, client } = pair();
    ok(client.ref() === client && client.unref() === client, 'they do not');
    client.close();
    ok(client.ref() === client, 'not after close');
    await fails(server.wait(), 'ClientsDisappeared');
  });
});
