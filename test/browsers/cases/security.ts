/** Attacks of hostile pages on windows and ports; docs/security.md lists them. */
import { connect, listen, ReplyContext, type Client } from 'ump-ng';
import { equal, ok, throws } from '../../contract/assertions.js';
import { isPending, pair, takeRequest } from '../../contract/in-process-pair.js';
import { theme } from '../../contract/suite-dsl.js';
import { ELSEWHERE, closeAtEnd, frame, HERE, serve } from './guest-page.js';

export const security = theme('hostile pages', (check) => {
  check('a page of another origin than `origin` gets no message and no port', async () => {
    const there = await frame(ELSEWHERE());
    const heard = there.run(
      (lib, home) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => {
            if (Array.isArray(data)) resolve('a handshake message came');
            if (data === 'enough') resolve('nothing');
          });
          // It would serve any client.
          lib.listen(undefined, { allowedOrigins: [home] });
        }),
      HERE(),
    );
    const client = closeAtEnd(connect(there.target, { origin: HERE() }));
    ok(await isPending(client.connected), 'it is connected');
    there.target.postMessage('enough', ELSEWHERE());
    equal(await heard, 'nothing');
  });

  check('a window whose origin is not allowed gets no answer', async () => {
    const there = await frame(ELSEWHERE());
    const server = serve(window, { allowedOrigins: [HERE()] });
    const heard = there.run(
      (_lib, home) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => {
            if (Array.isArray(data)) resolve('it was answered');
            if (data === 'enough') resolve('nothing');
          });
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            resolve('its port was used');
          };
          parent.postMessage(['ump-ng', 2, 0, ''], home);
          parent.postMessage(['ump-ng', 2, 2, '', port2], home, [port2]);
          parent.postMessage('done', home);
        }),
      HERE(),
    );
    await new Promise<void>((resolve) => {
      window.addEventListener('message', ({ data }) => {
        if (data === 'done') resolve();
      });
    });
    there.target.postMessage('enough', ELSEWHERE());
    equal(await heard, 'nothing');
    ok(await isPending(server.wait()), 'it was accepted');
  });

  check('the right origin is not enough: it must be the right window', async () => {
    const target = await frame();
    const forger = await frame();
    const client: Client = closeAtEnd(connect(target.target, { origin: HERE() }));
    await forger.run((_lib, home) => {
      parent.postMessage(['ump-ng', 2, 1, '', 'some agent'], home);
      parent.postMessage(['ump-ng', 2, 3, ''], home);
      parent.postMessage(['ump-ng', 99, 1, ''], home);
    }, HERE());
    ok(await isPending(client.closed), 'a forged message closed it');
    ok(await isPending(client.connected), 'a forged message connected it');
    const answer = client.req('who are you?');
    await target.run((lib, home) => {
      void lib
        .listen(undefined, { allowedOrigins: [home] })
        .wait()
        .then((message) => {
          if (message.type === 'request') message.rctx.reply('the right one');
        });
    }, HERE());
    equal(await answer, 'the right one');

    // It cannot close an open connection either.
    await forger.run((_lib, home) => {
      parent.postMessage(['ump-ng', 2, 1, '', 'another agent'], home);
      parent.postMessage(['ump-ng', 2, 3, ''], home);
    }, HERE());
    ok(await isPending(client.closed), 'a forged message closed it');
  });

  check('values with keys such as __proto__ do not change prototypes', async () => {
    const there = await frame();
    const server = serve(there.target, { allowedOrigins: [HERE()] });
    const answer = there.run((lib, home) => {
      const evil: unknown = JSON.parse(
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      );
      for (const word of [
        evil,
        ['ump-ng', 2, 2, '', evil],
        ['__proto__', evil],
        [['ump-ng'], evil],
      ]) {
        parent.postMessage(word, home);
      }
      const error = Object.assign(new Error('evil'), { evil, __proto: evil });
      return lib.connect(parent, { origin: home }).req({ evil, error });
    }, HERE());
    const { msg, rctx } = await Promise.race([takeRequest(server), answer as Promise<never>]);
    rctx.reply(Object.keys(msg as object));
    equal(await answer, ['evil', 'error']);
    equal(({} as { polluted?: unknown }).polluted, undefined);
    equal((Error.prototype as { polluted?: unknown }).polluted, undefined);
  });

  check('a flood of garbage from one frame does not affect other frames', async () => {
    const hostile = await frame();
    const honest = await frame();
    const server = serve(window, { allowedOrigins: [HERE()] });
    await hostile.run((_lib, home) => {
      for (let line = 0; line < 20; line++) {
        const { port1, port2 } = new MessageChannel();
        parent.postMessage(['ump-ng', 2, 2, '', port2], home, [port2]);
        for (let n = 0; n < 100; n++) port1.postMessage([n % 30, n, { n }]);
      }
      for (let n = 0; n < 1000; n++) parent.postMessage(['ump-ng', n, n, n], home);
    }, HERE());
    const answer = honest.run(
      (lib, home) => lib.connect(parent, { origin: home }).req('fine?'),
      HERE(),
    );
    (await takeRequest(server)).rctx.reply('fine');
    equal(await answer, 'fine');
    ok(server.isEmpty, 'garbage became a message');
  });

  check('the owner of a moved context can answer once, and only that request', async () => {
    const { server, client } = pair();
    const first = client.req('first');
    const second = client.req('second');
    const port = (await takeRequest(server)).rctx.transfer();
    const { rctx } = await takeRequest(server);
    const there = await frame();
    await there.run((_lib, given) => {
      const holder = given;
      holder.start();
      holder.postMessage([0, 'ump-ng', 2, 3, [2, 0, []]]);
      for (const id of [0, 0, 1, 2]) holder.postMessage([9, id, `forged ${id}`]);
    }, port);
    equal(await first, 'forged 0');
    ok(await isPending(second), 'it answered another request');
    rctx.reply('genuine');
    equal(await second, 'genuine');
    client.close();
  });

  check('markup with names of globals does not hide these globals', async () => {
    const there = await frame(HERE(), undefined, '?clobbered');
    const server = serve(there.target, { allowedOrigins: [HERE()] });
    const kinds = await there.run(() => [
      typeof (globalThis as { process?: unknown }).process,
      typeof Reflect.get(self, 'Deno'),
    ]);
    equal(kinds, ['object', 'object']);
    const answers = there.run(async (lib, home) => {
      const { port1, port2 } = new MessageChannel();
      const listening = lib.listen(port1);
      const fromPort = lib.connect(port2).req('by a port');
      const message = await listening.wait();
      if (message.type === 'request') message.rctx.reply('by a port');
      const worker = new Worker('/server.js', { type: 'module' });
      const shared = new SharedWorker('/server.js', { type: 'module', name: 'clobbered' });
      const all = await Promise.all([
        fromPort,
        lib.connect(worker).req(['echo', 'by a worker']),
        lib.connect(shared).req(['echo', 'by a SharedWorker']),
        lib.connect(parent, { origin: home }).req('by a window'),
      ]);
      worker.terminate();
      return all;
    }, HERE());
    (await takeRequest(server)).rctx.reply('by a window');
    equal(await answers, ['by a port', 'by a worker', 'by a SharedWorker', 'by a window']);
  });

  check('invalid origins and lists of origins are refused at the call', () => {
    const noList = [undefined, null, [], HERE(), /.*/, { 0: HERE(), length: 1 }, new Set([HERE()])];
    const noOrigin = [undefined, null, 5, {}, [HERE()], '*', '', 'example.org', `${HERE()}/`];
    const likeOne = { source: '.*', flags: '' };
    for (const origins of [...noList, ...[...noOrigin, likeOne].map((item) => [item])]) {
      throws(() => listen(window, { allowedOrigins: origins as never }), 'InvalidArgument');
    }
    throws(() => listen(window, { allowedOrigins: new Array(3) as never }), 'InvalidArgument');
    throws(
      () => listen(window, { allowedOrigins: [HERE(), undefined] as never }),
      'InvalidArgument',
    );
    const nowhere = Object.create(null) as never;
    const noOrigins = [[], new Array(3), ...[...noOrigin, likeOne].map((item) => [item])];
    const single = noOrigin.filter((each) => !Array.isArray(each));
    for (const origin of [...single, ...noOrigins, likeOne, /.*/, nowhere]) {
      throws(() => connect(window, { origin: origin as never }), 'InvalidArgument');
    }
    return Promise.resolve();
  });

  check('a list of origins is read at the call', async () => {
    const there = await frame();
    const origins = [/http:.*/g, HERE()];
    const server = serve(window, { allowedOrigins: origins });
    origins.length = 0;
    origins.push(undefined as never);
    const answer = there.run(
      (lib, home) => lib.connect(parent, { origin: home }).req('hello'),
      HERE(),
    );
    (await takeRequest(server)).rctx.reply('hi');
    equal(await answer, 'hi');
  });

  check('a port that is in use cannot be used again', async () => {
    const { server, client } = pair();
    const answer = client.req(1);
    const port = (await takeRequest(server)).rctx.transfer();
    const rctx = ReplyContext.from<unknown>(port);
    let code: unknown;
    try {
      ReplyContext.from(port);
    } catch (error) {
      ({ code } = error as { code: unknown });
    }
    equal(code, 'Detached');
    rctx.reply('once');
    equal(await answer, 'once');
    client.close();
  });
});
