import { Client, connect, listen, ReplyContext, Server } from 'ump-ng';
import { equal, fails, ok } from '../../assertions.js';
import { keep } from '../../keep-until-end.js';
import { isPending, pair, takeAll, takeRequest, type AnyServer } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import type { AnyClient } from '../../rig.js';
import type { Capability } from '../../rig.js';
import { theme } from '../../suite-dsl.js';
import { turn } from '../../utilities.js';

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

/** A peer without ump-ng at the other end of a port. */
function stranger(): { port: MessagePort; say: (word: unknown) => void } {
  const { port1, port2 } = new MessageChannel();
  return {
    port: port1,
    say: (word) => {
      port2.postMessage(word);
    },
  };
}

const HELLO = [0, 'ump-ng', 2, 0, [2, 0, []]];
const record = (fields: unknown, more: object = {}): object => ({
  ...{ name: 'Error', message: 'm', stack: 's', fields },
  ...more,
});
const sparse = (): unknown[] => new Array<unknown>(2 ** 32 - 1);
const full = (length: number, part: unknown): unknown[] => Array.from({ length }, () => part);

/**
 * Small frames that would take a naive receiver forever: it iterates over lengths, or visits
 * objects twice.
 */
const bombs: [what: string, frame: () => unknown[]][] = [
  ['a sparse value and no Errors', () => [4, 1, sparse(), undefined, []]],
  ['a sparse value and an Error', () => [4, 1, sparse(), undefined, [record({})]]],
  [
    'a sparse field of an Error',
    () => {
      const error = record({ list: sparse() });
      return [4, 1, error, undefined, [error]];
    },
  ],
  ['a sparse list of Errors', () => [4, 1, 'x', undefined, sparse()]],
  ['sparse fields', () => [4, 1, 'x', undefined, [record(sparse())]]],
  ['a sparse text', () => [4, 1, 'x', undefined, [record({}, { message: sparse() })]]],
  [
    'a malformed frame that repeats one array',
    () => {
      let nest = full(3000, 0);
      for (let depth = 0; depth < 4; depth++) nest = full(3000, nest);
      return nest;
    },
  ],
  [
    'a text that repeats one array',
    () => {
      let nest: unknown[] = ['boom'];
      for (let depth = 0; depth < 60; depth++) nest = [nest, nest];
      const odd = { name: nest, message: nest, stack: nest };
      const error = record({ ...odd }, odd);
      return [4, 1, error, undefined, [error]];
    },
  ],
  [
    'an Error with thousands of fields that are one array',
    () => {
      const list = full(20_000, 0);
      const error = record(Object.fromEntries(list.map((_, n) => [`f${String(n)}`, list])));
      return [4, 1, error, undefined, [error]];
    },
  ],
  [
    'thousands of Errors that all hold one another',
    () => {
      const all: object[] = [];
      for (let n = 0; n < 20_000; n++) all.push(record({ all }));
      return [4, 1, all[0], undefined, all];
    },
  ],
  [
    'thousands of Errors that have one object of thousands of fields',
    () => {
      const fields = Object.fromEntries(full(10_000, 0).map((_, n) => [`f${String(n)}`, 0]));
      const all = full(10_000, 0).map(() => record(fields));
      return [4, 1, all[0], undefined, all];
    },
  ],
  [
    'one Error that is listed a million times',
    () => {
      const error = record({});
      return [4, 1, error, undefined, full(1_000_000, error)];
    },
  ],
  [
    'a list of own ports that holds arrays nested by identity',
    () => {
      let nest: unknown[] = [0];
      for (let depth = 0; depth < 40; depth++) nest = [nest, nest];
      return [4, 1, 'x', undefined, undefined, [nest]];
    },
  ],
];

async function serveAll(server: AnyServer): Promise<void> {
  for await (const message of server) {
    // The value is opaque to the server, but a server must be able to print an Error.
    if (message.msg instanceof Error) ok(String(message.msg).length < 50, 'the text is too long');
    if (message.type === 'request') message.rctx.reply('yes');
  }
}

export const hostile = theme('peers that do not speak the protocol', (check) => {
  check('a server still serves other clients', async () => {
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

  for (const [what, frame] of bombs) {
    const needs: readonly Capability[] = what.includes('sparse') ? ['sparse arrays'] : [];
    check(`${what}: a server still serves other clients`, needs, async () => {
      const { server, client } = pair();
      const { port1, port2 } = new MessageChannel();
      const dealtWith = new Promise((resolve) => {
        port2.onmessage = ({ data }: MessageEvent<unknown[]>) => {
          // HELLO arrives in any case.
          if (data[0] !== 0) resolve(data);
        };
      });
      server.accept(port1);
      const serving = serveAll(server);
      for (const word of [HELLO, frame()]) port2.postMessage(word);
      await dealtWith;
      equal(await client.req('still?'), 'yes');
      client.close();
      server.close();
      await serving;
      port2.close();
    });
  }

  check('the calls of a client at such a port fail with Protocol', async () => {
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

  check('a context from such a port is cancelled', async () => {
    for (const word of garbage) {
      const { port, say } = stranger();
      const rctx = keep(ReplyContext.from<unknown>(port));
      const { signal } = rctx;
      const told = new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      say(word);
      await told;
      equal(rctx.reply('too late'), false);
    }
  });

  check('a server from such a port ends', async () => {
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

  check('garbage on an endpoint is ignored', async () => {
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

  check('an endpoint answers a sparse handshake', ['sparse arrays'], async () => {
    const { port1, port2 } = new MessageChannel();
    const server = keep(listen<unknown, unknown, unknown, unknown>(port1));
    const answered = new Promise((resolve) => {
      port2.onmessage = resolve;
    });
    const [kind, name] = [0, 'knocked'];
    port2.postMessage(Object.assign(sparse(), ['ump-ng', 2, kind, name]));
    port2.postMessage(Object.assign(sparse(), ['ump-ng', 2, kind, '']));
    await answered;
    server.close();
    port1.close();
  });

  check('a port that is used for another kind of handle fails, and does not hang', async (rig) => {
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
