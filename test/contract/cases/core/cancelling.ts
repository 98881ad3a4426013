import { isUmpError } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { isPending, pair, take, takeRequest, received } from '../../in-process-pair.js';
import { ask, caughtUp } from '../../commands.js';
import { theme } from '../../suite-dsl.js';
import { dispose } from '../../utilities.js';

export const givingUp = theme('abort, timeout, dispose', (check) => {
  check('with a signal that has already aborted, nothing is sent', async (rig) => {
    const { client } = await rig.serve();
    const reason = { why: 'changed my mind' };
    const signal = AbortSignal.abort(reason);
    const error = await fails(client.req(['echo', 1], { signal }), 'Aborted');
    ok(error.cause === reason, 'the cause is not the reason');
    const result = await client.tryReq(['echo', 1], { signal });
    ok(!result.ok && result.error.code === 'Aborted', 'tryReq does not return it');
    await fails(client.reqDeferred(['hold', 'a'], { signal }).wait(), 'Aborted');
    equal(await ask(client, 'echo', 'works'), 'works');
  });

  check('an abort rejects at once, and the server’s signal fires', async (rig) => {
    const { client } = await rig.serve();
    const controller = new AbortController();
    const answer = client.req(['hold', 'a'], { signal: controller.signal });
    const fired = ask(client, 'signal', 'a');
    await caughtUp(client);
    const reason = new Error('enough');
    controller.abort(reason);
    const error = await fails(answer, 'Aborted');
    ok(error.cause === reason, 'the cause is not the reason');
    equal(await fired, 'OriginDisappeared');
    equal(await ask(client, 'answer', 'a', 'late'), false, 'what the late reply returned');
  });

  check('the server’s signal has fired even if it is read only afterwards', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    const answer = client.req('x', { signal: controller.signal });
    const { rctx } = await takeRequest(server);
    controller.abort();
    await fails(answer, 'Aborted');
    client.post('after the abort');
    await take(server, 1);
    ok(
      rctx.signal.aborted && isUmpError(rctx.signal.reason, 'OriginDisappeared'),
      'the signal has not fired',
    );
    ok(rctx.signal === rctx.signal, 'the signal is another object each time');
    equal(rctx.reply('late'), false);
    throws(() => rctx.reply('later'), 'Detached');
    client.close();
  });

  check('the signal of an answered request never fires', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    const answer = client.req('x', { signal: controller.signal });
    const { rctx } = await takeRequest(server);
    const { signal } = rctx;
    rctx.reply('in time');
    equal(await answer, 'in time');
    controller.abort();
    client.post('after the abort');
    await take(server, 1);
    equal(signal.aborted, false);
    client.close();
  });

  check('a timeout rejects, and the late reply is ignored', async (rig) => {
    const { client } = await rig.serve();
    const late = await fails(client.req(['hold', 'a'], { timeout: 5 }), 'Timeout');
    equal(late.message, 'no reply came within 5 ms');
    const result = await client.tryReq(['hold', 'b'], { timeout: 0 });
    ok(!result.ok && result.error.code === 'Timeout', 'tryReq does not return it');
    equal(await ask(client, 'answer', 'a', 'late'), false);
    equal(await ask(client, 'echo', 'works'), 'works');
  });

  check('a reply that has arrived wins over the timeout', async () => {
    const { server, client } = pair();
    const answer = client.req('x', { timeout: 20 });
    const { rctx } = await takeRequest(server);
    rctx.reply('in time');
    const end = Date.now() + 40;
    while (Date.now() < end);
    equal(await answer, 'in time');
    client.close();
  });

  check('a timeout must be a number of milliseconds', async () => {
    const { server, client } = pair();
    for (const timeout of [-1, NaN, '5' as unknown as number]) {
      await fails(client.req(1, { timeout }), 'InvalidArgument');
      throws(() => client.reqDeferred(1, { timeout }), 'InvalidArgument');
    }
    const answers = [Infinity, 2 ** 40].map((timeout) => client.req('patient', { timeout }));
    for (const answer of answers) {
      ok(await isPending(answer), 'a long timeout is over at once');
      (await takeRequest(server)).rctx.reply('patience');
      equal(await answer, 'patience');
    }
    client.close();
  });

  check('a request that is cancelled while it is queued is not delivered', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    client.post('before');
    const rejected = [
      fails(client.req('aborted', { signal: controller.signal }), 'Aborted'),
      fails(client.req('timed out', { timeout: 0 }), 'Timeout'),
    ];
    const abandoned = client.reqDeferred('abandoned');
    client.post('after');
    controller.abort();
    abandoned[dispose]();
    await Promise.all(rejected);
    client.post('last');
    await received(client);
    equal(await take(server, 3), ['before', 'after', 'last']);
    client.close();
  });

  check('a deferred request that is disposed is abandoned', async (rig) => {
    const { client } = await rig.serve();
    const deferred = client.reqDeferred(['hold', 'a']);
    const rejected = fails(deferred.wait(), 'Aborted');
    const fired = ask(client, 'signal', 'a');
    await caughtUp(client);
    deferred[dispose]();
    equal(await fired, 'OriginDisappeared');
    await rejected;
    await fails(deferred.wait(), 'Aborted');
    deferred[dispose]();
  });

  check('aborting the wait for a deferred request cancels the request', async (rig) => {
    const { client } = await rig.serve();
    const controller = new AbortController();
    const first = client.reqDeferred(['hold', 'first']);
    const second = client.reqDeferred(['hold', 'second']);
    const fired = [ask(client, 'signal', 'first'), ask(client, 'signal', 'second')];
    await caughtUp(client);
    const aborted = first.wait({ signal: controller.signal });
    controller.abort();
    await fails(aborted, 'Aborted');
    await fails(second.wait({ timeout: 0 }), 'Timeout');
    equal(await Promise.all(fired), ['OriginDisappeared', 'OriginDisappeared']);
    await fails(first.wait({ timeout: -1 }), 'InvalidArgument');
  });

  check('disposing an answered request changes nothing', async (rig) => {
    const { client } = await rig.serve();
    const deferred = client.reqDeferred(['echo', 1]);
    equal(await deferred.wait(), 1);
    deferred[dispose]();
    equal(await deferred.wait(), 1);
  });

  check('one signal can abort many requests', async (rig) => {
    const { client } = await rig.serve();
    const controller = new AbortController();
    const { signal } = controller;
    const keys = ['a', 'b', 'c'];
    const rejected = keys.map((key) => fails(client.req(['hold', key], { signal }), 'Aborted'));
    await caughtUp(client);
    controller.abort();
    await Promise.all(rejected);
    for (const key of keys) equal(await ask(client, 'signal', key), 'OriginDisappeared');
  });
});
