/** What a hostile page might try on windows and ports; docs/security.md lists them. */
import { connect, ReplyContext, type Client } from 'ump-ng';
import { equal, ok } from '../../contract/assert.js';
import { isPending, pair, takeRequest } from '../../contract/local.js';
import { theme } from '../../contract/theme.js';
import { ELSEWHERE, forCase, frame, HERE, serve } from './guest.js';

export const security = theme('hostile pages', (check) => {
  check('a page of another origin than named hears nothing and gets nothing', async () => {
    const there = await frame(ELSEWHERE());
    const heard = there.run(
      (lib, home) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => {
            if (Array.isArray(data)) resolve('a signal came');
            if (data === 'enough') resolve('nothing');
          });
          // It would serve whoever comes.
          lib.listen(undefined, { allowedOrigins: [home] });
        }),
      HERE(),
    );
    const client = forCase(connect(there.target, { origin: HERE() }));
    ok(await isPending(client.connected), 'it is connected');
    there.target.postMessage('enough', ELSEWHERE());
    equal(await heard, 'nothing');
  });

  check('who is not allowed is not answered, whatever he sends', async () => {
    const there = await frame(ELSEWHERE());
    const server = serve(window, { allowedOrigins: [HERE()] });
    const heard = there.run(
      (_lib, home) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => {
            if (Array.isArray(data)) resolve('he was answered');
            if (data === 'enough') resolve('nothing');
          });
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            resolve('his line was taken');
          };
          parent.postMessage(['ump-ng', 1, 0, ''], home);
          parent.postMessage(['ump-ng', 1, 2, '', port2], home, [port2]);
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
    ok(await isPending(server.wait()), 'he got in');
  });

  check('the right origin is not enough: it must be the right window', async () => {
    const target = await frame();
    const forger = await frame();
    const client: Client = forCase(connect(target.target, { origin: HERE() }));
    await forger.run((_lib, home) => {
      parent.postMessage(['ump-ng', 1, 1, '', 'some life'], home);
      parent.postMessage(['ump-ng', 1, 3, ''], home);
      parent.postMessage(['ump-ng', 99, 1, ''], home);
    }, HERE());
    ok(await isPending(client.closed), 'a forged signal ended it');
    ok(await isPending(client.connected), 'a forged signal connected it');
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

    // Nor can he end what stands.
    await forger.run((_lib, home) => {
      parent.postMessage(['ump-ng', 1, 1, '', 'another life'], home);
      parent.postMessage(['ump-ng', 1, 3, ''], home);
    }, HERE());
    ok(await isPending(client.closed), 'a forged signal ended it');
  });

  check('shapes that would pollute prototypes do not', async () => {
    const there = await frame();
    const server = serve(there.target, { allowedOrigins: [HERE()] });
    const answer = there.run((lib, home) => {
      const evil: unknown = JSON.parse(
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      );
      for (const word of [
        evil,
        ['ump-ng', 1, 2, '', evil],
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

  check('a flood of garbage from one frame leaves the others alone', async () => {
    const hostile = await frame();
    const honest = await frame();
    const server = serve(window, { allowedOrigins: [HERE()] });
    await hostile.run((_lib, home) => {
      for (let line = 0; line < 20; line++) {
        const { port1, port2 } = new MessageChannel();
        parent.postMessage(['ump-ng', 1, 2, '', port2], home, [port2]);
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

  check('whoever holds a moved context answers once, and only that request', async () => {
    const { server, client } = pair();
    const first = client.req('first');
    const second = client.req('second');
    const port = (await takeRequest(server)).rctx.transfer();
    const { rctx } = await takeRequest(server);
    const there = await frame();
    await there.run((_lib, given) => {
      const holder = given;
      holder.start();
      holder.postMessage([0, 'ump-ng', 1, 3, 0]);
      for (const id of [0, 0, 1, 2]) holder.postMessage([9, id, `forged ${id}`]);
    }, port);
    equal(await first, 'forged 0');
    ok(await isPending(second), 'he answered what was not his');
    rctx.reply('genuine');
    equal(await second, 'genuine');
    client.close();
  });

  check('a port that was taken up cannot be taken up again', async () => {
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
