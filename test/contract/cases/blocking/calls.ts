import { connect, listen, type MessagePort } from 'ump-ng';
import { reqSync, waitSync } from 'ump-ng/sync';
import { equal, fails, throws } from '../../assertions.js';
import { LONG, REAL, serve } from './helpers.js';
import { keep } from '../../keep-until-end.js';
import { connectTo, pair, takeRequest } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import { makeSample } from '../../error-samples.js';
import { theme } from '../../suite-dsl.js';
import { dispose, upTo } from '../../utilities.js';

export const blockingCalls = theme('calls that block', (check) => {
  check('they throw where a thread cannot block', async (rig) => {
    if (rig.has('blocking')) return;
    const { server, client } = pair();
    throws(() => reqSync(client, 1), 'NotSupported');
    throws(() => waitSync(server), 'NotSupported');
    const reply = keep(client.reqDeferred(1));
    throws(() => waitSync(reply), 'NotSupported');
    client.post('nothing was sent before');
    equal((await server.wait()).msg, 1);
    equal((await server.wait()).msg, 'nothing was sent before');
    reply[dispose]();
    client.close();
  });

  check(
    'values, failures and transferred objects are those of a call that awaits',
    REAL,
    async (rig) => {
      const { client } = await serve(rig, 'serve');
      for (const falsy of [undefined, null, 0, '', false]) {
        equal(reqSync(client, ['echo', falsy], LONG), falsy);
      }
      const sample = 'a subclass with fields';
      const error = throws(() => reqSync(client, ['sample', 'fail', sample], LONG), 'App');
      equal(error.appError, makeSample(sample));
      throws(() => reqSync(client, ['drop'], LONG), 'NoReply');
      const buffer = new ArrayBuffer(8);
      const back = reqSync(client, ['buffer', buffer], { ...LONG, transfer: [buffer] });
      equal([buffer.byteLength, (back as ArrayBuffer).byteLength], [0, 8]);
      throws(() => reqSync(client, ['echo', () => 1], LONG), 'DataClone');
      throws(() => reqSync(client, 1, { timeout: -1 }), 'InvalidArgument');
      throws(() => reqSync(client, 1, { spin: -1 }), 'InvalidArgument');
      client.close();
      throws(() => reqSync(client, 1), 'Detached');
    },
  );

  check('a call is possible before the other thread has started', REAL, async (rig) => {
    const thread = await rig.thread();
    thread.run('serve', {});
    equal(reqSync(connectTo(thread), ['echo', 'at once'], LONG), 'at once');
  });

  check('a server that has just migrated answers', REAL, async (rig) => {
    const { server, client } = pair();
    const thread = await rig.thread();
    thread.run('takeServer', {}, [server.transfer()]);
    equal(reqSync(client, ['echo', 'from there'], LONG), 'from there');
  });

  check(
    'a reply that has arrived wins over the timeout; otherwise the request is cancelled at the server',
    REAL,
    async (rig) => {
      const { client } = await serve(rig, 'serve');
      const late = throws(() => reqSync(client, ['hold', 'a'], { timeout: 20 }), 'Timeout');
      equal(late.message, 'no reply came within 20 ms');
      equal(reqSync(client, ['signal', 'a'], LONG), 'OriginDisappeared');
      const reply = client.reqDeferred(['echo', 'there']);
      await ask(client, 'echo', 'so it has arrived');
      equal(waitSync(reply, { timeout: 0 }), 'there');
    },
  );

  check('a deferred reply can be waited for, again, and awaited as well', REAL, async (rig) => {
    const { client } = await serve(rig, 'serve');
    const reply = keep(client.reqDeferred(['echo', 'value']));
    equal([waitSync(reply, LONG), waitSync(reply, LONG)], ['value', 'value']);
    equal(await reply.wait(), 'value');
    const failed = keep(client.reqDeferred(['fail', 'why']));
    equal(throws(() => waitSync(failed, LONG), 'App').appError, 'why');
    await fails(failed.wait(), 'App');
  });

  check('other pending calls settle when the thread runs again', REAL, async (rig) => {
    const { client, task } = await serve(rig, 'serve');
    const other = await serve(rig, 'serve');
    const pending = upTo(50).map((n) => ask(client, 'echo', n));
    const elsewhere = ask(other.client, 'echo', 'elsewhere');
    const delegated = ask(client, 'delegate');
    const controller = new AbortController();
    const aborted = client.req(['hold', 'b'], { signal: controller.signal });
    controller.abort();
    for (const n of upTo(50)) client.post(n);
    equal(reqSync(client, ['posts'], LONG), upTo(50));
    equal(await Promise.all(pending), upTo(50));
    await fails(aborted, 'Aborted');
    equal(await elsewhere, 'elsewhere');
    // Messages from a server of the same thread arrive as well, and in order.
    const port = (await task.nextMessage()) as MessagePort;
    const transfer = [port];
    equal(await other.client.req(['take', port, 'moved'], { transfer }), true);
    equal(await delegated, 'moved');
  });

  check(
    'requests to a server of this thread are received meanwhile, and read afterwards',
    REAL,
    async (rig) => {
      const { client } = await serve(rig, 'serve');
      const mine = pair();
      const thread = await rig.thread();
      const poster = thread.run('post', { label: 'p', last: 100 }, [mine.client.transfer()]);
      upTo(100).forEach((n) => equal(reqSync(client, ['echo', n], LONG), n));
      await poster.result;
      const posts: unknown[] = [];
      for await (const { msg } of mine.server) posts.push(msg);
      equal(
        posts,
        upTo(100).map((n) => ['p', n]),
      );
    },
  );

  check('a call waits for credit', REAL, async (rig) => {
    for (const role of ['serve', 'serveSync'] as const) {
      const { client } = await serve(rig, role, { capacity: 2 });
      await client.connected;
      for (const n of upTo(50)) {
        const before = [client.req(['echo', n]), client.req(['echo', n])];
        equal(reqSync(client, ['echo', { n }], LONG), { n });
        equal(await Promise.all(before), [n, n]);
      }
      await client.ready();
      client.post('last');
      equal(reqSync(client, ['posts'], LONG), ['last']);
    }
  });

  check('a call waits for credit behind a post that follows ready()', REAL, async (rig) => {
    for (const role of ['serve', 'serveSync'] as const) {
      const { client } = await serve(rig, role, { capacity: 1 });
      for (const n of upTo(20)) {
        await client.ready();
        client.post(n);
        equal(reqSync(client, ['posts'], LONG), upTo(n));
      }
    }
  });

  check('a call that blocks passes callers of ready() that wait', REAL, async (rig) => {
    const { client } = await serve(rig, 'serve', { capacity: 1 });
    for (const n of upTo(10)) {
      await client.ready();
      client.post(n);
      const ready = client.ready();
      equal(reqSync(client, ['echo', n], LONG), n);
      await ready;
    }
  });

  check('callers of ready() have room for each after a call that blocked', REAL, async (rig) => {
    const { client } = await serve(rig, 'serve', { capacity: 1 });
    const other = client.clone();
    await client.connected;
    await other.connected;
    for (let n = 0; n < 10; n++) {
      await client.ready();
      client.post('first');
      const posted = upTo(3).map(async (msg) => {
        await client.ready();
        client.post(msg);
      });
      // The server takes the first post meanwhile, so that credit comes while the thread blocks.
      reqSync(other, ['posts'], LONG);
      await Promise.all(posted);
    }
  });

  check('a blocking wait takes queued messages, in order with other waits', REAL, async (rig) => {
    const { server, client } = pair();
    const thread = await rig.thread();
    const first = server.wait();
    thread.run('post', { label: 'p', last: 3 }, [client.transfer()]);
    equal(waitSync(server, LONG).msg, ['p', 2]);
    equal((await first).msg, ['p', 1]);
    equal(waitSync(server, LONG).msg, ['p', 3]);
    throws(() => waitSync(server, LONG), 'ClientsDisappeared');
  });

  check('a wait ends at its timeout, and loses no message', REAL, async (rig) => {
    const { server, client } = pair();
    const thread = await rig.thread();
    const task = thread.run('call', undefined, [client.transfer()]);
    throws(() => waitSync(server, { timeout: 10 }), 'Timeout');
    task.send(['post', 'late']);
    equal(waitSync(server, LONG).msg, 'late');
    server.close();
    throws(() => waitSync(server, LONG), 'ServerDisappeared');
  });

  check('a wait for a reply of the own thread fails at once', ['blocking'], async () => {
    const { server, client } = pair();
    throws(() => reqSync(client, 'never seen'), 'WouldDeadlock');
    throws(() => waitSync(server), 'WouldDeadlock');
    const reply = client.reqDeferred('pending');
    throws(() => waitSync(reply), 'WouldDeadlock');
    const { msg, rctx } = await takeRequest(server);
    if (msg === 'pending') rctx.reply('not lost');
    equal(await reply.wait(), 'not lost');
    equal(server.isEmpty, true);
  });

  check(
    'a wait for a port that the own thread has connected to fails at once',
    ['blocking'],
    () => {
      const { port1, port2 } = new MessageChannel();
      const client = keep(connect(port1));
      throws(() => reqSync(client, 1, { timeout: 20 }), 'Timeout');
      const listening = keep(listen(port2));
      throws(() => reqSync(client, 1), 'WouldDeadlock');
      equal(listening.isEmpty, true);
      port1.close();
      return Promise.resolve();
    },
  );
});
