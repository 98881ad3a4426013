import { Client, connect, listen, ReplyContext, Server } from 'ump-ng';
import { equal, fails, ok } from '../assert.js';
import { keep } from '../kept.js';
import { isPending, pair, takeAll, takeRequest } from '../local.js';
import { ask } from '../orders.js';
import type { AnyClient } from '../rig.js';
import { theme } from '../theme.js';
import { turn } from '../tools.js';

const garbage: unknown[] = [
  'hello',
  null,
  undefined,
  0,
  {},
  [],
  [1],
  [-1, -1, -1],
  [NaN],
  ['constructor'],
  [1e9, {}, {}],
  { __proto__: null, data: [1] },
  new Map([[0, 1]]),
  new Error('not a frame'),
];

/** Something that is not ump-ng at the other end of a port. */
function stranger(): { port: MessagePort; say: (word: unknown) => void } {
  const { port1, port2 } = new MessageChannel();
  return {
    port: port1,
    say: (word) => {
      port2.postMessage(word);
    },
  };
}

export const hostile = theme('peers that speak something else', (check) => {
  check('a server goes on serving the others', async () => {
    const { server, client } = pair();
    for (const word of garbage) {
      const { port, say } = stranger();
      server.accept(port);
      for (let again = 0; again < 3; again++) say(word);
    }
    await turn();
    const answer = client.req('still?');
    (await takeRequest(server)).rctx.reply('yes');
    equal(await answer, 'yes');
    client.close();
    equal(await takeAll(server), []);
  });

  check('a client of something else gets Protocol, and does not hang', async () => {
    for (const word of garbage) {
      const { port, say } = stranger();
      const client: AnyClient = keep(Client.from(port));
      const rejected = fails(client.req('who are you?'), 'Protocol');
      say(word);
      await rejected;
      equal((await client.closed).code, 'Protocol');
      await fails(client.connected, 'Protocol');
    }
  });

  check('a context at something else is its holder’s to drop', async () => {
    for (const word of garbage) {
      const { port, say } = stranger();
      const rctx = keep(ReplyContext.from<unknown>(port));
      const { signal } = rctx;
      const told = new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      say(word);
      await told;
      equal(rctx.reply('to nobody'), false);
    }
  });

  check('a moved server from something else ends', async () => {
    for (const word of garbage) {
      const { port, say } = stranger();
      const server = keep(Server.from(port));
      const waiting = server.wait().then(
        () => 'a message',
        () => 'no message',
      );
      say(word);
      equal(await waiting, 'no message');
    }
  });

  check('garbage on an endpoint disturbs nobody', async () => {
    const { port1, port2 } = new MessageChannel();
    const server = keep(listen<unknown, unknown, unknown, unknown>(port1));
    const client: AnyClient = keep(connect(port2));
    for (const word of garbage) {
      port1.postMessage(word);
      port2.postMessage(word);
    }
    const answer = client.req('works?');
    (await takeRequest(server)).rctx.reply('works');
    equal(await answer, 'works');
    ok(await isPending(client.closed), 'it was closed');
    client.close();
    port1.close();
  });

  check('a kind of port taken for another one fails, and does not hang', async (rig) => {
    const { client } = await rig.serve();
    const asContext = keep(ReplyContext.from<unknown>(client.clone().transfer()));
    const { signal } = asContext;
    if (!signal.aborted) {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
    }
    const asServer = keep(Server.from(client.clone().transfer()));
    await asServer.wait().catch(() => undefined);
    const other = pair();
    const asClient: AnyClient = keep(Client.from(other.server.transfer()));
    await fails(asClient.req(1), 'Protocol');
    equal((await other.client.closed).code, 'ServerDisappeared');
    equal(await ask(client, 'echo', 'works'), 'works');
  });
});
