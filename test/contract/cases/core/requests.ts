import { channel, type MsgType } from 'ump-ng';
import { equal, fail, ok, throws } from '../../assertions.js';
import { isPending } from '../../in-process-pair.js';
import { ask, caughtUp } from '../../commands.js';
import { theme } from '../../suite-dsl.js';
import { upTo } from '../../utilities.js';

export const requests = theme('requests and posts', (check) => {
  check('a request gets its reply', async (rig) => {
    const { client } = await rig.serve();
    equal(await ask(client, 'echo', { deep: [1, 'two'] }), { deep: [1, 'two'] });
  });

  check('falsy replies are replies', async (rig) => {
    const { client } = await rig.serve();
    for (const value of [0, -0, '', false, null, undefined, NaN, 0n]) {
      equal(await ask(client, 'echo', value), value);
      equal(await client.tryReq(['echo', value]), { ok: true, value });
    }
  });

  check('posts and requests of one client arrive in the order they were sent', async (rig) => {
    const { client } = await rig.serve();
    const between: Promise<unknown>[] = [];
    for (const n of upTo(100)) {
      client.post(n);
      if (n % 25 === 0) between.push(ask(client, 'posts'));
    }
    const seen = (await Promise.all(between)) as number[][];
    equal(seen, [upTo(25), upTo(50), upTo(75), upTo(100)]);
  });

  check('each of many requests gets its own reply', async (rig) => {
    const { client } = await rig.serve();
    const numbers = upTo(500);
    equal(await Promise.all(numbers.map((n) => ask(client, 'echo', n))), numbers);
  });

  check('replies can come in any order', async (rig) => {
    const { client } = await rig.serve();
    const keys = ['a', 'b', 'c'];
    const settled: unknown[] = [];
    const answers = keys.map(async (key) => settled.push(await ask(client, 'hold', key)));
    for (const key of ['c', 'a', 'b']) {
      equal(await ask(client, 'answer', key, `for ${key}`), true);
    }
    await Promise.all(answers);
    equal(settled, ['for c', 'for a', 'for b']);
  });

  check('arguments are copied at the call', async (rig) => {
    const { client } = await rig.serve();
    const message = { text: 'before' };
    client.post(message);
    const requested = ask(client, 'echo', message);
    const deferred = client.reqDeferred(['echo', message]);
    message.text = 'after';
    equal(await requested, { text: 'before' });
    equal(await deferred.wait(), { text: 'before' });
    equal(await ask(client, 'posts'), [{ text: 'before' }]);
    equal(await ask(client, 'spoil', { text: 'fresh' }), { text: 'fresh' }, 'reply');
  });

  check('every cloneable value arrives complete', async (rig) => {
    const { client } = await rig.serve();
    const value: Record<string, unknown> = {
      map: new Map<unknown, unknown>([['k', { v: 1 }]]),
      set: new Set([1, 'x']),
      date: new Date(86_400_000),
      pattern: /a+b/gi,
      big: 2n ** 70n,
      bytes: new Uint8Array([1, 2, 255]),
      sparse: { nothing: undefined, none: null },
    };
    value['itself'] = value;
    equal(await ask(client, 'echo', value), value);
  });

  check('a large message arrives', async (rig) => {
    const { client } = await rig.serve();
    const text = 'ump '.repeat(500_000);
    ok((await ask(client, 'echo', text)) === text, 'the text came back changed');
  });

  check('a deferred request is sent at once, and can be awaited twice', async (rig) => {
    const { client } = await rig.serve();
    const first = client.reqDeferred(['echo', 1]);
    client.post('after it');
    equal(await ask(client, 'posts'), ['after it']);
    equal(await first.wait(), 1);
    equal(await first.wait(), 1);
  });

  check('connected fulfils', async (rig) => {
    const { client } = await rig.serve();
    await client.connected;
    await caughtUp(client);
    await client.connected;
    ok(await isPending(client.closed), 'it is closed at once');
  });

  check('a message has a type', async () => {
    const { server, client } = channel<string, number, number>();
    client.post('hello');
    const answer = client.req(20);
    const { type, msg } = await server.wait();
    equal([type, msg], ['post', 'hello']);
    const message: MsgType<string, number, number> = await server.wait();
    if (message.type !== 'request') fail('it is no request');
    equal(message.msg, 20);
    equal(message.rctx.reply(message.msg + 1), true);
    equal(await answer, 21);
  });

  check('a context answers once', async () => {
    const { server, client } = channel();
    const answer = client.req('once');
    const message = await server.wait();
    if (message.type !== 'request') fail('it is no request');
    const { rctx } = message;
    rctx.reply('first');
    throws(() => rctx.reply('second'), 'Detached');
    throws(() => rctx.fail(0 as never), 'Detached');
    throws(() => rctx.transfer(), 'Detached');
    equal(await answer, 'first');
  });

  check('a disposed context rejects the request with NoReply', async (rig) => {
    const { client } = await rig.serve();
    const result = await client.tryReq(['drop']);
    ok(!result.ok, 'it was answered');
    equal(result.error.code, 'NoReply');
  });
});
