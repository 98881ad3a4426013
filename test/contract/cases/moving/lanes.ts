import { channel, Client, ReplyContext, Server, type Lane } from 'ump-ng';
import { introspect } from 'ump-ng/actors';
import { packed } from 'ump-ng/lanes';
import { equal, fails, ok } from '../../assertions.js';
import { take, takeRequest, type AnyServer } from '../../in-process-pair.js';
import { keep } from '../../keep-until-end.js';
import type { AnyClient } from '../../rig.js';
import { theme } from '../../suite-dsl.js';
import { turns, until, upTo } from '../../utilities.js';

const madeUp = (): Lane => ({ ...packed(), name: 'made up' });

async function both(): Promise<{ server: AnyServer; client: AnyClient }> {
  const pair = keep(channel<unknown, unknown, unknown, unknown>({ lane: packed() }));
  await pair.client.connected;
  await turns();
  return pair;
}

/** Some posts of this client arrive in order. */
async function worksOn(server: AnyServer, client: AnyClient): Promise<void> {
  const posts = upTo(5).map((n) => ({ n }));
  for (const post of posts) client.post(post);
  equal(await take(server, posts.length), posts);
}

export const lanesOfPorts = theme('lanes of moved handles', (check) => {
  check('further clients keep the lane', async () => {
    const { server, client } = await both();
    const clone = keep(client.clone());
    const upgraded = keep((await client.weak().upgrade())!);
    for (const each of [clone, upgraded]) {
      await each.connected;
      await turns();
      equal(each.lane, 'packed');
      await worksOn(server, each);
      each.close();
    }
    client.close();
  });

  check('a client that was given away uses the lane that it asks for again', async () => {
    for (const lane of [packed(), undefined]) {
      const { server, client } = await both();
      client.post('before');
      client.post({ n: 'before' });
      const taken: AnyClient = keep(Client.from(client.transfer(), { lane }));
      await taken.connected;
      equal(taken.lane, lane?.name ?? 'plain');
      equal(await take(server, 2), ['before', { n: 'before' }]);
      await worksOn(server, taken);
      taken.close();
    }
  });

  check('a client that was given away cannot ask for another lane', async () => {
    const { server, client } = await both();
    const taken: AnyClient = keep(Client.from(client.transfer(), { lane: madeUp() }));
    const error = await fails(taken.req('never delivered'), 'Protocol');
    ok(error.message.includes('packed'), error.message);
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('a context that was given away answers on the lane of its caller, or on none', async () => {
    for (const lane of [packed(), undefined]) {
      const { server, client } = await both();
      const answer = client.req('who?');
      const { rctx } = await takeRequest(server);
      const moved = keep(ReplyContext.from<unknown, unknown>(rctx.transfer(), { lane }));
      await turns();
      moved.reply({ by: 'another' });
      equal(await answer, { by: 'another' });
      client.close();
    }
  });

  check('a context that was given away cannot ask for another lane', async () => {
    for (const caller of [await both(), keep(channel<unknown, unknown, unknown, unknown>())]) {
      const answer = caller.client.req('who?');
      const { rctx } = await takeRequest(caller.server);
      keep(ReplyContext.from<unknown, unknown>(rctx.transfer(), { lane: madeUp() }));
      await fails(answer, 'Protocol');
      caller.client.close();
    }
  });

  check(
    'a server that migrates keeps the lane of its clients where the new host offers it',
    async () => {
      for (const lanes of [[packed()], [], undefined]) {
        const { server, client } = await both();
        client.post('before');
        client.post({ n: 'before' });
        const moved: AnyServer = keep(Server.from(server.transfer(), { lanes }));
        client.post({ n: 'meanwhile' });
        equal(await take(moved, 3), ['before', { n: 'before' }, { n: 'meanwhile' }]);
        const name = lanes?.[0]?.name ?? 'plain';
        await until(() => client.lane === name && introspect(moved).lanes[name] === 1);
        await worksOn(moved, client);
        const clone = keep(client.clone());
        await clone.connected;
        equal(clone.lane, name);
        clone.close();
        client.close();
      }
    },
  );
});
