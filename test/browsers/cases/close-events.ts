/**
 * Closed ports, seen as the end of a pending request, where browsers have no `close` event; and
 * collected handles.
 */
import { channel, Client, type MessagePort as Port } from 'ump-ng';
import { equal, fails } from '../../contract/assertions.js';
import { keep } from '../../contract/keep-until-end.js';
import type { AnyClient } from '../../contract/rig.js';
import { theme } from '../../contract/suite-dsl.js';
import { turn } from '../../contract/utilities.js';
import { frame, worker, type Guest } from './guest-page.js';

/** Takes the server over there; it answers every request but `hold`. */
async function take(guest: Guest<unknown>, given: Port): Promise<void> {
  await guest.run((lib, port) => {
    const own = lib.Server.from<unknown, unknown, unknown, unknown>(port);
    const held: unknown[] = [];
    Object.assign(globalThis, { own, held });
    void (async () => {
      for await (const message of own) {
        if (message.type === 'request' && message.msg !== 'hold') message.rctx.reply(message.msg);
        else held.push(message);
      }
    })();
  }, given);
}

async function servedBy(guest: Guest<unknown>): Promise<AnyClient> {
  const { server, client } = made();
  await take(guest, server.transfer());
  equal(await keep(client).req('echo'), 'echo');
  return client;
}

const made = (): ReturnType<typeof channel<unknown, unknown, unknown, unknown>> => channel();

const { TestUtils, gc } = globalThis as unknown as {
  TestUtils?: { gc(): Promise<void> };
  gc?: () => void;
};

/** Runs the garbage collector until the promise settles; an engine may need several rounds. */
async function collected<T>(promise: Promise<T>): Promise<T> {
  const state = { settled: false };
  const settle = (): void => {
    state.settled = true;
  };
  promise.then(settle, settle);
  while (!state.settled) {
    if (gc !== undefined) gc();
    else await TestUtils!.gc();
    await turn();
  }
  return promise;
}

export const closeEvents = theme('close events', (check) => {
  check('the server is closed there', async () => {
    const there = await frame();
    const client = await servedBy(there);
    const { closed } = client;
    await there.run(() => {
      (globalThis as unknown as { own: { close(): void } }).own.close();
    });
    equal((await closed).code, 'ServerDisappeared');
    await fails(client.req('late'), 'ServerDisappeared');
  });

  for (const [how, end] of [
    ['is navigated', (element: HTMLIFrameElement) => void (element.src = 'about:blank')],
    ['is given another document', (element: HTMLIFrameElement) => void (element.srcdoc = 'other')],
    ['is removed', (element: HTMLIFrameElement) => element.remove()],
    [
      'is removed with what is around it',
      (element: HTMLIFrameElement) => element.parentElement!.replaceChildren(),
    ],
  ] as const) {
    check(`the frame with the server ${how}`, async () => {
      const around = document.createElement('div');
      document.body.append(around);
      const there = await frame(undefined, undefined, undefined, around);
      const client = await servedBy(there);
      const pending = fails(client.req('hold'), 'ServerDisappeared');
      await client.req('echo');
      end(there.element);
      await pending;
      around.remove();
    });
  }

  check('the worker with the server is terminated', async () => {
    const there = await worker();
    const client = await servedBy(there);
    const pending = fails(client.req('hold'), 'ServerDisappeared');
    await client.req('echo');
    there.target.terminate();
    await pending;
  });

  check(
    'a worker that has taken the server over dies before it has read the requests',
    async () => {
      const there = await worker();
      const { server, client } = made();
      const pending = fails(keep(client).req('hold'), 'ServerDisappeared');
      await take(there, server.transfer());
      there.target.terminate();
      await Promise.all([pending, fails(client.req('later'), 'ServerDisappeared')]);
    },
  );

  // Even without a library, Firefox sometimes loses messages that were sent into a port before such
  // a frame passed it on. The calls must settle nevertheless.
  check('a port passes through a frame that is removed at once; then its owner dies', async () => {
    const between = await frame();
    const there = await worker();
    const { server, client } = made();
    const pending = fails(keep(client).req('hold'), 'ServerDisappeared');
    const { port1, port2 } = new MessageChannel();
    const came = new Promise<Port>((resolve) => {
      port1.onmessage = ({ ports: [port] }) => {
        resolve(port as unknown as Port);
      };
    });
    // The frame passes it on without using it.
    await between.run((_lib, given) => {
      given.onmessage = ({ data }: MessageEvent<MessagePort>) => {
        given.postMessage(undefined, [data]);
      };
    }, port2);
    const moved = server.transfer();
    port1.postMessage(moved, [moved]);
    const port = await came;
    between.element.remove();
    await take(there, port);
    const outcome = await client.tryReq('echo');
    if (outcome.ok) equal(outcome.value, 'echo');
    else equal(outcome.error.code, 'ServerDisappeared');
    there.target.terminate();
    await pending;
    port1.close();
  });

  check('a client that is transferred, used and closed', async () => {
    const there = await frame();
    const { server, client } = made();
    keep(server);
    await there.run((lib, port) => {
      lib.Client.from(port).close();
    }, client.transfer());
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('an unreachable client is collected', ['gc'], async () => {
    const { server } = made();
    await fails(collected(keep(server).wait()), 'ClientsDisappeared');
  });

  check(
    'a client that was transferred and became unreachable there is collected',
    ['gc'],
    async () => {
      const { server, client } = made();
      Client.from(client.transfer());
      await fails(collected(keep(server).wait()), 'ClientsDisappeared');
    },
  );

  check('an unreachable server is collected', ['gc'], async () => {
    const { client } = made();
    await fails(collected(keep(client).req('hello?')), 'ServerDisappeared');
  });

  check('an unreachable context is collected', ['gc'], async () => {
    const { server, client } = made();
    const answer = keep(client).req('hello?');
    await keep(server).wait();
    await fails(collected(answer), 'NoReply');
  });

  check('an unreachable deferred request is cancelled', ['gc'], async () => {
    const { server, client } = made();
    keep(client).reqDeferred('hello?');
    const message = keep(await keep(server).wait());
    if (message.type === 'post') return;
    const { signal } = message.rctx;
    await collected(
      new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else {
          signal.addEventListener('abort', () => {
            resolve();
          });
        }
      }),
    );
    equal((signal.reason as { code: unknown }).code, 'OriginDisappeared');
  });
});
