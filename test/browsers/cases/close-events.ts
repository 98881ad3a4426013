/** What a `close` event of a MessagePort would tell, told as the end of a pending request; and what collection tells. */
import { channel, Client, type MessagePort as Port } from 'ump-ng';
import { equal, fails } from '../../contract/assert.js';
import { keep } from '../../contract/kept.js';
import type { AnyClient } from '../../contract/rig.js';
import { theme } from '../../contract/theme.js';
import { turn } from '../../contract/tools.js';
import { frame, worker, type Guest } from './guest.js';

/** Takes the server up there; it answers everything but `hold`. */
async function serveIn(guest: Guest<unknown>, given: Port, client: AnyClient): Promise<void> {
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
  equal(await client.req('echo'), 'echo');
}

async function servedBy(guest: Guest<unknown>): Promise<AnyClient> {
  const { server, client } = made();
  await serveIn(guest, server.transfer(), keep(client));
  return client;
}

const made = (): ReturnType<typeof channel<unknown, unknown, unknown, unknown>> => channel();

const { TestUtils, gc } = globalThis as unknown as {
  TestUtils?: { gc(): Promise<void> };
  gc?: () => void;
};

/** Collects until the promise settles: which round finds a handle is up to the engine. */
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
    check(`the frame that holds the server ${how}`, async () => {
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

  check('the worker that holds the server is terminated', async () => {
    const there = await worker();
    const client = await servedBy(there);
    const pending = fails(client.req('hold'), 'ServerDisappeared');
    await client.req('echo');
    there.target.terminate();
    await pending;
  });

  check('a client that is given away, taken up and closed', async () => {
    const there = await frame();
    const { server, client } = made();
    keep(server);
    await there.run((lib, port) => {
      lib.Client.from(port).close();
    }, client.transfer());
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('a client that was forgotten is collected', ['gc'], async () => {
    const { server } = made();
    await fails(collected(keep(server).wait()), 'ClientsDisappeared');
  });

  check('a client that was given away and forgotten there is collected', ['gc'], async () => {
    const { server, client } = made();
    Client.from(client.transfer());
    await fails(collected(keep(server).wait()), 'ClientsDisappeared');
  });

  check('a server that was forgotten is collected', ['gc'], async () => {
    const { client } = made();
    await fails(collected(keep(client).req('hello?')), 'ServerDisappeared');
  });

  check('a context that was forgotten is collected', ['gc'], async () => {
    const { server, client } = made();
    const answer = keep(client).req('hello?');
    await keep(server).wait();
    await fails(collected(answer), 'NoReply');
  });

  check('a request whose outcome nobody can wait for is abandoned', ['gc'], async () => {
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
