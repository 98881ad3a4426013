/** Scenarios about the life of clients, contexts and servers. */
import { Client, ReplyContext, Server, connect, listen } from 'ump-ng';
import {
  ask,
  context,
  pair,
  type AnyClient,
  type AnyServer,
  type Context,
  type Message,
  type Scenario,
} from './scenario-helpers.js';

const clone: Scenario = async (t) => {
  const { client, server } = await pair(t);
  let other!: AnyClient;
  await t.step('post, clone, post by both', () => {
    client.post('before');
    other = client.clone();
    other.post('by the clone');
    client.post('after');
  });
  await t.step('the clone asks', async () => {
    ask(other, 'x');
    while (!server.isEmpty) {
      const message: Message = await server.wait();
      if (message.type === 'request') message.rctx.reply('y');
    }
  });
  await t.step('the first is transferred', () => {
    other = Client.from(client.transfer());
  });
  await t.step('its new owner posts', () => other.post('from afar'));
};

const postOnly: Scenario = async (t) => {
  const { client } = await pair(t);
  const poster = client.postOnly();
  await t.step('a client that only posts', () => poster.post(1));
  await t.step('its clone', () => poster.clone().post(2));
  await t.step('it closes', () => poster.close());
};

const weak: Scenario = async (t) => {
  const { client } = await pair(t);
  const half = client.weak();
  await t.step('a weak client', () => undefined);
  let strong: AnyClient | undefined;
  await t.step('becomes a strong one', async () => {
    strong = await half.upgrade();
  });
  await t.step('all strong ones close', () => {
    client.close();
    strong?.close();
  });
  await t.step('an upgrade now fails', () => half.upgrade());
};

const movedContext: Scenario = async (t) => {
  const { client, server } = await pair(t);
  let held!: Context;
  const abort = new AbortController();
  await t.step('a request is moved', async () => {
    ask(client, 'x');
    held = ReplyContext.from((await context(server)).transfer());
  });
  await t.step('it is moved again', () => {
    held = ReplyContext.from(held.transfer());
  });
  await t.step('the server closes', () => server.close());
  await t.step('the replier answers', () => held.reply('y'));
  const second = await pair(t);
  await t.step('one that is cancelled after the move', async () => {
    ask(second.client, 'x', abort.signal);
    held = ReplyContext.from((await context(second.server)).transfer());
  });
  await t.step('cancel', () => abort.abort());
  await t.step('one that is dropped after the move', async () => {
    ask(second.client, 'x');
    ReplyContext.from((await context(second.server)).transfer())[Symbol.dispose]();
  });
};

const close: Scenario = async (t) => {
  const { client, server } = await pair(t);
  let taken!: Context;
  await t.step('three requests, one of them taken', async () => {
    for (const msg of ['a', 'b', 'c']) ask(client, msg);
    taken = await context(server);
  });
  await t.step('the server closes', () => server.close());
  await t.step('the taken one is answered nevertheless', () => taken.reply('A'));
};

const clientClose: Scenario = async (t) => {
  const { client, server } = await pair(t);
  await t.step('the client closes with a request pending', () => {
    ask(client, 'a');
    client.close();
  });
  await t.step('it is answered', async () => (await context(server)).reply('A'));
};

const movedServer: Scenario = async (t) => {
  const { client, server } = await pair(t);
  let taken!: Context;
  let moved!: AnyServer;
  await t.step('three requests, one of them taken', async () => {
    for (const msg of ['a', 'b', 'c']) ask(client, msg);
    taken = await context(server);
  });
  await t.step('the server migrates; one more request', () => {
    moved = Server.from(t.between(server.transfer(), 'old', 'new host'));
    ask(client, 'd');
  });
  await t.step('the new host answers one', async () => (await context(moved)).reply('B'));
  await t.step('the old host answers the request it had taken', () => taken.reply('A'));
  await t.step('the new host closes', () => moved.close());
};

const handshake: Scenario = async (t) => {
  const [here, there] = t.connection('connect', 'listen');
  let client!: AnyClient;
  let server!: AnyServer;
  await t.step('a client knocks before a server listens', () => {
    client = connect(here, { name: 'words' });
    client.post('early');
  });
  await t.step('a server announces itself', () => {
    server = listen(there, { name: 'words' });
  });
  await t.step('another client connects', () => connect(here, { name: 'words' }));
  await t.step('a client knocks at another name', () => connect(here, { name: 'numbers' }));
  await t.step('the server closes', () => server.close());
  await t.step('a client connects too late', () => connect(here, { name: 'words' }));
};

export const scenariosOfHandles: Record<string, Scenario> = {
  clone,
  'post-only': postOnly,
  weak,
  'moved-context': movedContext,
  'server-close': close,
  'client-close': clientClose,
  'moved-server': movedServer,
  handshake,
};
