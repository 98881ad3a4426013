import { ReplyContext, type MessagePort } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { RemoteClient, RemoteContext } from '../../remote-handles.js';
import { keep } from '../../keep-until-end.js';
import { pair, takeRequest } from '../../in-process-pair.js';
import { ask, caughtUp } from '../../commands.js';
import type { Served } from '../../rig.js';
import { makeSample } from '../../error-samples.js';
import { theme } from '../../suite-dsl.js';
import { until } from '../../utilities.js';

const contextPort = async ({ task }: Served): Promise<MessagePort> =>
  (await task.nextMessage()) as MessagePort;

export const movedContexts = theme('moved contexts', (check) => {
  check('a helper replies', async (rig) => {
    const served = await rig.serve();
    const answer = ask(served.client, 'delegate');
    const helper = await RemoteContext.of(rig, await contextPort(served));
    equal(await helper.do('reply', { by: 'helper' }), true);
    equal(await answer, { by: 'helper' });
    equal(await helper.do('reply', 'again'), 'Detached');
  });

  check('a helper rejects the request', async (rig) => {
    const served = await rig.serve();
    const rejected = fails(ask(served.client, 'delegate'), 'App');
    const helper = await RemoteContext.of(rig, await contextPort(served));
    equal(await helper.do('fail', 'a subclass with fields'), true);
    equal((await rejected).appError, makeSample('a subclass with fields'));
  });

  check('a context that a helper disposes rejects with NoReply', async (rig) => {
    const served = await rig.serve();
    const rejected = fails(ask(served.client, 'delegate'), 'NoReply');
    const helper = await RemoteContext.of(rig, await contextPort(served));
    await helper.do('drop');
    await rejected;
    equal(await ask(served.client, 'echo', 'works'), 'works');
  });

  check('a helper replies after the server closed', async (rig) => {
    const served = await rig.serve();
    const { client } = served;
    const answer = ask(client, 'delegate');
    const helper = await RemoteContext.of(rig, await contextPort(served));
    await ask(client, 'close', true);
    equal((await client.closed).code, 'ServerDisappeared');
    await served.task.result;
    equal(await helper.do('reply', 'after the close'), true);
    equal(await answer, 'after the close');
  });

  check('a helper replies after the server’s thread was killed', ['death'], async (rig) => {
    const served = await rig.serve();
    const { client } = served;
    const answer = ask(client, 'delegate');
    const helper = await RemoteContext.of(rig, await contextPort(served));
    const lost = fails(ask(client, 'hold', 'a'), 'ServerDisappeared');
    await served.kill();
    await lost;
    equal(await helper.do('reply', 'after the death'), true);
    equal(await answer, 'after the death');
  });

  check(
    'the context survives a server that dies before the helper takes it over',
    ['death'],
    async (rig) => {
      const served = await rig.serve();
      const answer = ask(served.client, 'delegate');
      const port = await contextPort(served);
      // Messages that a dying thread sends can be lost, so the caller must have received MOVED.
      await caughtUp(served.client);
      await served.kill();
      await served.client.closed;
      const helper = await RemoteContext.of(rig, port);
      equal(await helper.do('reply', 'late'), true);
      equal(await answer, 'late');
    },
  );

  check('a context in a helper that dies rejects with NoReply', ['death'], async (rig) => {
    const served = await rig.serve();
    const rejected = fails(ask(served.client, 'delegate'), 'NoReply');
    const helper = await RemoteContext.of(rig, await contextPort(served));
    await helper.kill();
    await rejected;
    equal(await ask(served.client, 'echo', 'works'), 'works');
  });

  check(
    'a context in transit to a thread that dies rejects with NoReply',
    ['threads', 'port close', 'ports to the dead'],
    async (rig) => {
      const served = await rig.serve();
      const rejected = fails(ask(served.client, 'delegate'), 'NoReply');
      const port = await contextPort(served);
      const thread = await rig.thread();
      thread.run('exit', undefined);
      thread.run('holdContext', undefined, [port]);
      await rejected;
    },
  );

  check('a context whose port is closed unused rejects with NoReply', ['port close'], async () => {
    const { server, client } = pair();
    const rejected = fails(client.req(1), 'NoReply');
    (await takeRequest(server)).rctx.transfer().close();
    await rejected;
    client.close();
  });

  check('the caller’s abort reaches the helper', async (rig) => {
    const served = await rig.serve();
    const controller = new AbortController();
    const order = ['delegate'];
    const rejected = fails(served.client.req(order, { signal: controller.signal }), 'Aborted');
    const helper = await RemoteContext.of(rig, await contextPort(served));
    const fired = helper.do('signal');
    controller.abort();
    await rejected;
    equal(await fired, 'OriginDisappeared');
    equal(await helper.do('reply', 'late'), false);
  });

  check('an abort before the helper takes it over is not lost', async (rig) => {
    const served = await rig.serve();
    const controller = new AbortController();
    const order = ['delegate'];
    const rejected = fails(served.client.req(order, { signal: controller.signal }), 'Aborted');
    const port = await contextPort(served);
    controller.abort();
    await rejected;
    const helper = await RemoteContext.of(rig, port);
    equal(await helper.do('signal'), 'OriginDisappeared');
    equal(await helper.do('reply', 'late'), false);
  });

  check('a request that is cancelled before the move is known', async () => {
    const { server, client } = pair();
    const controller = new AbortController();
    const rejected = fails(client.req(1, { signal: controller.signal }), 'Aborted');
    const { rctx } = await takeRequest(server);
    const moved = keep(ReplyContext.from<unknown>(rctx.transfer()));
    controller.abort();
    await rejected;
    await until(() => moved.signal.aborted);
    equal(moved.reply('late'), false);
    client.close();
  });

  check('a context can be moved again', async (rig) => {
    const served = await rig.serve();
    const answer = ask(served.client, 'delegate');
    const first = await RemoteContext.of(rig, await contextPort(served));
    const second = await RemoteContext.of(rig, await first.handOn());
    equal(await first.do('reply', 'not mine'), 'Detached');
    await first.kill();
    const third = await RemoteContext.of(rig, await second.handOn());
    equal(await third.do('reply', 'the third'), true);
    equal(await answer, 'the third');
  });

  check('an abort reaches a context that was moved several times', async (rig) => {
    const served = await rig.serve();
    const controller = new AbortController();
    const order = ['delegate'];
    const rejected = fails(served.client.req(order, { signal: controller.signal }), 'Aborted');
    const first = await RemoteContext.of(rig, await contextPort(served));
    const port = await first.handOn();
    controller.abort();
    await rejected;
    const second = await RemoteContext.of(rig, port);
    equal(await second.do('signal'), 'OriginDisappeared');
  });

  check('a context passes through threads that never use it', async (rig) => {
    const served = await rig.serve();
    const answer = ask(served.client, 'delegate');
    let port = await contextPort(served);
    for (let hops = 0; hops < 2; hops++) {
      const thread = await rig.thread();
      port = (await thread.run('relay', undefined, [port]).nextMessage()) as MessagePort;
      await thread.kill();
    }
    const helper = await RemoteContext.of(rig, port);
    equal(await helper.do('reply', 'arrived'), true);
    equal(await answer, 'arrived');
  });

  check('a context that was moved is closed here', async () => {
    const { server, client } = pair();
    const answer = client.req(1);
    const { rctx } = await takeRequest(server);
    const moved = keep(ReplyContext.from<unknown>(rctx.transfer()));
    throws(() => rctx.reply(1), 'Detached');
    throws(() => rctx.fail(1), 'Detached');
    throws(() => rctx.transfer(), 'Detached');
    throws(() => ReplyContext.from({} as never), 'InvalidArgument');
    throws(() => moved.reply(() => undefined), 'DataClone');
    equal(moved.reply('yes'), true);
    equal(await answer, 'yes');
    client.close();
  });

  check('a timeout ends a request whose port is never used', async (rig) => {
    const served = await rig.serve();
    const deferred = served.client.reqDeferred(['delegate']);
    const port = await contextPort(served);
    await fails(deferred.wait({ timeout: 5 }), 'Timeout');
    port.close();
    equal(await ask(served.client, 'echo', 'works'), 'works');
  });

  check('a moved request settles though its client was closed or transferred', async (rig) => {
    const served = await rig.serve();
    const { client } = served;
    const clone = client.clone();
    const answers = [ask(client, 'delegate'), ask(clone, 'delegate')];
    const helpers = [
      await RemoteContext.of(rig, await contextPort(served)),
      await RemoteContext.of(rig, await contextPort(served)),
    ];
    client.close();
    const far = await RemoteClient.of(rig, clone.transfer());
    for (const helper of helpers) equal(await helper.do('reply', 'settled'), true);
    equal(await Promise.all(answers), ['settled', 'settled']);
    equal(await far.req(['echo', 1]).outcome, { ok: true, value: 1 });
  });

  check('the caller’s death reaches the helper', ['threads', 'port close'], async (rig) => {
    const served = await rig.serve();
    const far = await RemoteClient.of(rig, served.client.clone().transfer());
    far.req(['delegate']);
    const helper = await RemoteContext.of(rig, await contextPort(served));
    const fired = helper.do('signal');
    await far.kill();
    equal(await fired, 'OriginDisappeared');
    equal(await helper.do('reply', 'late'), false);
    ok((await ask(served.client, 'echo', true)) === true, 'the server no longer works');
  });

  check('many contexts, many helpers', async (rig) => {
    const served = await rig.serve();
    const numbers = Array.from({ length: 40 }, (_, at) => at);
    const answers = numbers.map(() => ask(served.client, 'delegate'));
    for (const n of numbers) {
      const rctx = keep(ReplyContext.from<unknown>(await contextPort(served)));
      if (n % 2 === 0) rctx.reply(n);
      else ReplyContext.from<unknown>(rctx.transfer()).reply(n);
    }
    equal(await Promise.all(answers), numbers);
  });
});
