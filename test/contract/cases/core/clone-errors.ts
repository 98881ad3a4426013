import { PostClient } from 'ump-ng';
import { equal, fails, ok, throws, umpError } from '../../assertions.js';
import { pair, take, takeRequest } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import { theme } from '../../suite-dsl.js';
import { upTo } from '../../utilities.js';

const bad = (): undefined => undefined;

const culprits: [path: string, value: unknown][] = [
  ['value', bad],
  ['value', Symbol('s')],
  ['value.a', { a: bad }],
  ['value.a[1].f', { a: [1, { f: bad }] }],
  ['value[0]', [bad]],
  ['value["two words"]', { 'two words': bad }],
  ['value.get("k")', new Map([['k', bad]])],
  ['value.values()', new Set([1, bad])],
  ['value.p', { p: Promise.resolve() }],
  ['value.w', { w: new WeakMap() }],
  ['value.bad', { error: new Error('e', { cause: bad }), bad }],
  ['value.list[1]', { list: Object.assign(new Array(2), { 1: bad }) }],
  ['value.p', { p: new Proxy({}, {}) }],
  ['value.a[1].p', { a: [{}, { p: new Proxy([1, { two: 2 }], {}), q: {} }], b: {} }],
  ['value.get(1)', new Map([[1, new Proxy({}, {})]])],
];

const uncloneable: Record<string, () => object> = {
  AbortSignal: () => new AbortController().signal,
  Headers: () => new Headers({ a: 'b' }),
  Request: () => new Request('http://localhost/'),
  Response: () => new Response('text'),
  URL: () => new URL('http://localhost/'),
};

// In Firefox these can be cloned.
if (!('document' in globalThis)) {
  uncloneable['FormData'] = () => new FormData();
  uncloneable['TextDecoder'] = () => new TextDecoder();
  uncloneable['TextEncoder'] = () => new TextEncoder();
  uncloneable['URLSearchParams'] = () => new URLSearchParams('a=b');
}

export const cloneFaults = theme('values that cannot be cloned', (check) => {
  check('the message names the path, the cause is the engine’s own', async () => {
    const { client } = pair();
    for (const [path, value] of culprits) {
      const error = throws(() => client.post(value), 'DataClone');
      ok(error.message.startsWith(`${path} `), `expected ${path} to be named: ${error.message}`);
      equal((error.cause as Error).name, 'DataCloneError', path);
    }
    client.close();
  });

  check('objects of the platform that some engines clone to empty ones are refused', async () => {
    const { server, client } = pair();
    for (const [name, create] of Object.entries(uncloneable)) {
      for (const [path, value] of [
        ['value', create()],
        [`value.${name}`, { [name]: create() }],
        ['value[1]', [1, create()]],
      ] as const) {
        const error = throws(() => client.post(value), 'DataClone');
        ok(error.message.startsWith(`${path} (${name}) `), error.message);
        equal((error.cause as Error).name, 'DataCloneError', path);
      }
      client.post(Object.assign(new Error(name), { part: create(), kept: 1 }));
      const [error] = (await take(server, 1)) as [
        { message: string; part?: unknown; kept: number },
      ];
      equal([error.message, error.part, error.kept], [name, undefined, 1]);
    }
    client.close();
  });

  check('a File arrives with its name, or is refused', async () => {
    const { server, client } = pair();
    const file = new File(['text'], 'name.txt');
    try {
      client.post({ file });
    } catch (error) {
      ok(umpError(error, 'DataClone').message.startsWith('value.file (File) '), String(error));
      client.close();
      return;
    }
    const [{ file: arrived }] = (await take(server, 1)) as [{ file: File }];
    equal([arrived.name, await arrived.text()], ['name.txt', 'text']);
    client.close();
  });

  check('every way of sending reports it', async (rig) => {
    const { client } = await rig.serve();
    throws(() => client.post(bad), 'DataClone');
    throws(() => client.reqDeferred(bad), 'DataClone');
    const rejected = client.req(bad);
    await fails(rejected, 'DataClone');
    const result = await client.tryReq(bad);
    ok(!result.ok && result.error.code === 'DataClone', 'tryReq does not return it');
    const posting = client.postOnly();
    throws(() => posting.post(bad), 'DataClone');
  });

  check('a failed send leaves nothing behind', async (rig) => {
    const { client } = await rig.serve();
    for (const n of upTo(100)) {
      await fails(client.req({ n, bad }), 'DataClone');
      throws(() => client.post({ n, bad }), 'DataClone');
    }
    equal(await ask(client, 'posts'), []);
    equal(await ask(client, 'echo', 'works'), 'works');
  });

  check('a failed send uses no credit', async () => {
    const { server, client } = pair({ capacity: 1 });
    throws(() => client.post(bad), 'DataClone');
    await fails(client.req(bad), 'DataClone');
    client.post('fits');
    // This one would have to wait for credit, and is copied at once nevertheless.
    await fails(client.req(bad), 'DataClone');
    equal(await take(server, 1), ['fits']);
    client.close();
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('the message for a handle says: use transfer()', async () => {
    const { server, client } = pair();
    const answer = client.req('a context');
    const { rctx } = await takeRequest(server);
    const deferred = client.reqDeferred('deferred');
    const post = client.postOnly();
    const weak = client.weak();
    for (const handle of [client, server, rctx, post, weak, deferred]) {
      for (const [path, value] of [
        ['value', handle],
        ['value.in[0]', { in: [handle] }],
      ] as const) {
        const error = throws(() => client.post(value), 'DataClone');
        const told =
          error.message.startsWith(`${path} `) && error.message.includes('use transfer()');
        ok(told, error.message);
      }
    }
    rctx.reply('still usable');
    equal(await answer, 'still usable');
    ok(post instanceof PostClient, 'it is no PostClient');
    (await takeRequest(server)).rctx.reply('too');
    equal(await deferred.wait(), 'too');
    server.close();
  });

  check('after a reply that threw, the context is still open', async (rig) => {
    const { client } = await rig.serve();
    const told = (await ask(client, 'bad')) as { code: string; message: string };
    equal(told.code, 'DataClone');
    ok(told.message.startsWith('value.deep[0] '), told.message);
  });

  check('after a failure that threw, the context is still open', async () => {
    const { server, client } = pair();
    const answer = client.req('fail badly');
    const { rctx } = await takeRequest(server);
    throws(() => rctx.fail(bad), 'DataClone');
    throws(() => rctx.reply(bad), 'DataClone');
    equal(rctx.fail('well'), true);
    equal((await fails(answer, 'App')).appError, 'well');
    client.close();
  });

  check('a bad transfer list fails like a bad value', async () => {
    const { server, client } = pair();
    const buffer = new ArrayBuffer(8);
    const twice = { transfer: [buffer, buffer] };
    throws(() => client.post(buffer, twice), 'DataClone');
    await fails(client.req(buffer, twice), 'DataClone');
    throws(() => client.post(1, { transfer: [{}] }), 'DataClone');
    equal(buffer.byteLength, 8, 'the buffer that was not sent');
    client.post('next');
    equal(await take(server, 1), ['next']);
    client.close();
  });

  check('a Proxy is found in a circular value', async () => {
    const { client } = pair();
    const tree: Record<string, unknown> = { leaf: [1], proxy: [new Proxy({}, {})] };
    tree['self'] = { tree };
    const error = throws(() => client.post(tree), 'DataClone');
    ok(/^value\S* cannot be cloned: /.test(error.message), error.message);
    client.close();
  });

  check('a Proxy is found beside transferred objects', async () => {
    const { client } = pair();
    const { port1, port2 } = new MessageChannel();
    const value = { ports: [port1], more: [{ p: new Proxy({}, {}) }] };
    const error = throws(() => client.post(value, { transfer: [port1] }), 'DataClone');
    ok(error.message.startsWith('value.more[0].p '), error.message);
    port1.close();
    port2.close();
    client.close();
  });

  check('inherited properties are not read', async () => {
    const { server, client } = pair();
    const boom = (): never => {
      throw new Error('an inherited getter was read');
    };
    const parents = [
      Object.defineProperty({}, 'trap', { get: boom, enumerable: true }),
      Object.defineProperty({}, Symbol.toStringTag, { get: boom }),
      Object.defineProperty({}, 'stack', { get: boom, enumerable: true }),
    ];
    for (const parent of parents) {
      const given = Object.assign(Object.create(parent) as object, { a: 1 });
      client.post(given);
      client.post({ given });
      client.post([given, new Error('beside it')]);
    }
    const arrived = await take(server, 9);
    equal(arrived.slice(0, 2), [{ a: 1 }, { given: { a: 1 } }]);
    equal((arrived[8] as unknown[])[0], { a: 1 });
    client.close();
  });

  check(
    'a value that is nested too deeply for the engine is refused with a short message',
    async () => {
      const { server, client } = pair();
      let deep: unknown = 'the end';
      for (let n = 0; n < 200_000; n++) deep = { deep };
      // Firefox can clone it.
      let count = 2;
      try {
        client.post(deep);
      } catch (error) {
        ok(umpError(error, 'DataClone').message.length < 2000, 'the message is as long');
        count = 1;
      }
      client.post('next');
      equal((await take(server, count)).pop(), 'next');
      client.close();
    },
  );

  check('a getter that throws is a value that cannot be cloned', async () => {
    const { client } = pair();
    const boom = new Error('boom');
    const value = {
      get trap(): never {
        throw boom;
      },
    };
    for (const given of [value, { deep: [value] }, { value, error: new Error('e') }]) {
      const error = throws(() => client.post(given), 'DataClone');
      ok(error.cause === boom, 'the cause is another value');
      await fails(client.req(given), 'DataClone');
    }
    client.close();
  });
});
