import { connect, listen, type Client } from 'ump-ng';
import { equal, fails, ok, throws } from '../../contract/assertions.js';
import { isPending, takeRequest, type AnyServer } from '../../contract/in-process-pair.js';
import { theme } from '../../contract/suite-dsl.js';
import { ELSEWHERE, frame, HERE, opened, serve as serveHere, type Guest } from './guest-page.js';

/** A server there that replies hello to every request. */
const serveIn = (
  guest: Guest<Window>,
  allowedOrigins: readonly string[],
  name = '',
): Promise<void> =>
  guest.run(
    (lib, options) => {
      void (async () => {
        for await (const message of lib.listen(undefined, options)) {
          if (message.type === 'request') message.rctx.reply(`hello, ${String(message.msg)}`);
        }
      })();
    },
    { allowedOrigins, name },
  );

async function answerOne(server: AnyServer): Promise<void> {
  const { msg, rctx } = await takeRequest(server);
  rctx.reply(`hello, ${String(msg)}`);
}

export const windows = theme('windows', (check) => {
  for (const [what, origin] of [
    ['the same origin', HERE],
    ['another origin', ELSEWHERE],
  ] as const) {
    check(`a page calls a frame of ${what}, in either order`, async () => {
      const there = await frame(origin());
      const early: Client = connect(there.target, { origin: origin() });
      const answer = early.req('early');
      await serveIn(there, [HERE()]);
      equal(await answer, 'hello, early');
      const late: Client = connect(there.target, { origin: origin() });
      equal(await late.req('late'), 'hello, late');
    });

    check(`a frame of ${what} calls its page`, async () => {
      const there = await frame(origin());
      const server = serveHere(there.target, { allowedOrigins: [origin()] });
      const answer = there.run(
        (lib, home) => lib.connect(parent, { origin: home }).req('page'),
        HERE(),
      );
      await answerOne(server);
      equal(await answer, 'hello, page');
    });
  }

  check('a frame that has not loaded yet gets no message for another origin', async () => {
    const loading = frame(ELSEWHERE());
    const empty = (document.body.lastElementChild as HTMLIFrameElement).contentWindow!;
    const sent: unknown[] = [];
    // A browser logs a warning for each such message.
    empty.postMessage = (message: unknown) => void sent.push(message);
    const client: Client = connect(empty, { origin: ELSEWHERE() });
    const answer = client.req('early');
    const there = await loading;
    await serveIn(there, [HERE()]);
    equal(await answer, 'hello, early');
    equal(sent, []);
  });

  check('one server for all windows of allowed origins', async () => {
    const server = serveHere(window, { allowedOrigins: [HERE(), /http:\/\/localhost:\d+/] });
    for (const origin of [HERE(), ELSEWHERE()]) {
      const there = await frame(origin);
      const answer = there.run(
        (lib, home) => lib.connect(parent, { origin: home }).req('page'),
        HERE(),
      );
      await answerOne(server);
      equal(await answer, 'hello, page');
    }
  });

  check('a window that was opened', ['popups'], async () => {
    const there = await opened();
    await serveIn(there, [HERE()]);
    const client: Client = connect(there.target, { origin: HERE() });
    equal(await client.req('window'), 'hello, window');
    there.target.close();
    equal((await client.closed).code, 'ServerDisappeared');
  });

  check('`origin` and `allowedOrigins` are required for a window', async () => {
    const there = await frame();
    throws(() => connect(there.target), 'InvalidArgument');
    throws(() => listen(there.target), 'InvalidArgument');
    throws(() => listen(there.target, { allowedOrigins: [] }), 'InvalidArgument');
    throws(() => connect(there.target, { origin: [] }), 'InvalidArgument');
    throws(() => connect(there.target, { origin: [HERE(), '*'] }), 'InvalidArgument');
    throws(() => connect(there.target, { origin: {} as never }), 'InvalidArgument');
    for (const origin of ['*', '', 'example.org', 'https://example.org/path', 'file:///tmp']) {
      throws(() => connect(there.target, { origin }), 'InvalidArgument');
      throws(() => listen(there.target, { allowedOrigins: [origin] }), 'InvalidArgument');
    }
    throws(() => listen(), 'NotSupported');
  });

  for (const [what, origins] of Object.entries({
    'strings and RegExps': () => ['https://example.org', HERE(), /https:\/\/.*\.example/],
    'the other origin first': () => [ELSEWHERE(), HERE()],
    'RegExps alone': () => [/http:\/\/127\.0\.0\.1:\d+/],
  })) {
    check(`a list of origins to connect to: ${what}`, async () => {
      const there = await frame();
      const client: Client = connect(there.target, { origin: origins() });
      const answer = client.req('list');
      await serveIn(there, [HERE()]);
      equal(await answer, 'hello, list');
    });
  }

  const unlisted: Record<string, () => (string | RegExp)[]> = {
    'a page of an origin that is not in the list gets no message': () => [ELSEWHERE(), /http:.*/],
    'a page that has not announced itself gets no message for RegExps alone': () => [/http:.*/],
  };
  for (const [sentence, origin] of Object.entries(unlisted)) {
    check(sentence, async () => {
      const there = await frame();
      await there.run(() => {
        const heard: unknown[] = [];
        Object.assign(globalThis, { heard });
        addEventListener('message', ({ data }: MessageEvent<unknown>) => {
          if (data === 'end' || (Array.isArray(data) && data[0] === 'ump-ng')) heard.push(data);
        });
      });
      const client: Client = connect(there.target, { origin: origin() });
      const call = client.tryReq('secret');
      there.target.postMessage('end', HERE());
      equal(await there.run(() => (globalThis as { heard?: unknown[] }).heard), ['end']);
      client.close();
      void call;
    });
  }

  check('a server knows the origin of a window, but not that of a clone', async () => {
    const server = serveHere(window, { allowedOrigins: [HERE(), ELSEWHERE()] });
    for (const origin of [HERE(), ELSEWHERE()]) {
      const there = await frame(origin);
      const answer = there.run(async (lib, home) => {
        const client = lib.connect(parent, { origin: home });
        await client.req('direct');
        return client.clone().req('clone');
      }, HERE());
      for (const expected of [origin, undefined]) {
        const { from, msg, rctx } = await server.wait();
        equal(from.origin, expected);
        rctx?.reply(msg);
      }
      equal(await answer, 'clone');
    }
  });

  check('several channels between the same two windows', async () => {
    const there = await frame();
    await serveIn(there, [HERE()], 'one');
    await serveIn(there, [HERE()], 'two');
    const one: Client = connect(there.target, { origin: HERE(), name: 'one' });
    const two: Client = connect(there.target, { origin: HERE(), name: 'two' });
    equal(await Promise.all([one.req(1), two.req(2)]), ['hello, 1', 'hello, 2']);
  });

  check('several copies of the package work on one page', async () => {
    const copy = (await import(`${HERE()}/copy.js`)) as typeof import('../pages/copy.js');
    ok(copy.lib.connect !== connect, 'it is the same copy');
    const there = await frame();
    await serveIn(there, [HERE()]);
    const client: Client = connect(there.target, { origin: HERE() });
    const other: Client = copy.lib.connect(there.target, { origin: HERE() });
    equal(await Promise.all([client.req(1), other.req(2)]), ['hello, 1', 'hello, 2']);
    other.close();
    const error = await fails(other.req(3), 'Detached');
    ok(
      !(error instanceof Error) || copy.lib.isUmpError(error),
      'the copies do not know each other',
    );
  });

  check('a sandboxed frame has an opaque origin, which must be allowed as such', async () => {
    const there = await frame(HERE(), 'allow-scripts');
    await serveIn(there, [HERE()]);
    const client: Client = connect(there.target, { origin: 'null' });
    equal(await client.req('sandbox'), 'hello, sandbox');

    const strict = serveHere(window, { name: 'strict', allowedOrigins: [/.*/] });
    const open = serveHere(window, { name: 'open', allowedOrigins: ['null'] });
    const answers = there.run(async (lib, origin) => {
      const refused = lib.connect(parent, { origin, name: 'strict' });
      const answer = await lib.connect(parent, { origin, name: 'open' }).req('page');
      const pending = await Promise.race([refused.connected, Promise.resolve('pending')]);
      return [answer, pending];
    }, HERE());
    await answerOne(open);
    equal(await answers, ['hello, page', 'pending']);
    ok(strict.isEmpty, 'a sandboxed frame was accepted');
  });

  check('a frame that reloads ends its connections, and can be called again', async () => {
    const there = await frame();
    const serve = (): Promise<void> =>
      there.run((lib, home) => {
        const held: unknown[] = [];
        Object.assign(globalThis, { held });
        void (async () => {
          for await (const message of lib.listen(undefined, { allowedOrigins: [home] })) {
            if (message.type === 'request' && message.msg !== 'hold')
              message.rctx.reply(message.msg);
            else held.push(message);
          }
        })();
      }, HERE());
    await serve();
    const once: Client = connect(there.target, { origin: HERE() });
    const again: Client = connect(there.target, { origin: HERE(), reconnect: true });
    equal(await Promise.all([once.req(1), again.req(2)]), [1, 2]);
    const held = fails(once.req('hold'), 'ServerDisappeared');
    const heldToo = fails(again.req('hold'), 'ServerDisappeared');
    const { closed } = again;

    const restarted = there.restarted();
    there.element.src = there.element.src.replace('#', '?again#');
    await Promise.all([held, heldToo]);
    equal((await once.closed).code, 'ServerDisappeared');
    equal((await closed).code, 'ServerDisappeared');
    await restarted;
    const waits = again.req('waits');
    await serve();
    equal(await waits, 'waits');
    await fails(once.req('late'), 'ServerDisappeared');
    const anew: Client = connect(there.target, { origin: HERE() });
    equal(await anew.req('anew'), 'anew');
    again.close();
    await fails(again.req('closed'), 'Detached');
  });

  check('foreign messages on the same window are ignored', async () => {
    const there = await frame();
    const server = serveHere(there.target, { allowedOrigins: [HERE()] });
    const seen = there.run(
      (lib, home) =>
        new Promise<unknown[]>((resolve) => {
          const heard: unknown[] = [];
          addEventListener('message', ({ data }) => heard.push(data));
          for (const word of ['hello', null, 0, {}, [], ['ump'], ['ump-ng'], { type: 'request' }]) {
            parent.postMessage(word, home);
          }
          void lib
            .connect(parent, { origin: home })
            .req('page')
            .then(() => {
              resolve(heard.filter((data) => !Array.isArray(data)));
            });
        }),
      HERE(),
    );
    await answerOne(server);
    equal(await seen, []);
    ok(await isPending(server.wait()), 'another window was accepted');
  });
});
