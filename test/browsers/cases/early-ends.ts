/** Agents that end at any moment between their load and their first reply. */
import { connect, listen, type Client, type UmpError } from 'ump-ng';
import { equal, fails } from '../../contract/assertions.js';
import { keep } from '../../contract/keep-until-end.js';
import { theme } from '../../contract/suite-dsl.js';
import { upTo } from '../../contract/utilities.js';
import { ELSEWHERE, closeAtEnd, HERE, type Guest, type Lib, worker } from './guest-page.js';

const greeterOf = (origin: string): string =>
  `${origin}/greeter.html#${encodeURIComponent(HERE())}`;

const after = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** The end of a client that calls again and again. */
async function lastWord(client: Client): Promise<string> {
  for (;;) {
    const result = await client.tryReq('hello?');
    if (!result.ok) return (result.error as UmpError).code;
  }
}

/** A frame that is removed `ms` milliseconds after it was loaded. */
async function removedFrame(origin: string, ms: number): Promise<string> {
  const element = document.createElement('iframe');
  element.src = greeterOf(origin);
  const loaded = new Promise((resolve) => {
    element.onload = resolve;
  });
  document.body.append(element);
  await loaded;
  const client: Client = keep(connect(element.contentWindow!, { origin }));
  const word = lastWord(client);
  await after(ms);
  element.remove();
  return word;
}

async function closedPopup(ms: number): Promise<string> {
  const there = window.open(greeterOf(HERE()))!;
  const client: Client = keep(connect(there, { origin: HERE() }));
  const word = lastWord(client);
  await after(10 * ms);
  there.close();
  return word;
}

const GONE = upTo(13).map(() => 'ServerDisappeared');

/** A worker with an opaque origin, whose locks this page cannot wait for. */
async function dataWorker(): Promise<Guest<Worker>> {
  const script = await (await fetch(`${HERE()}/guest.js`)).text();
  return worker(`data:text/javascript,${encodeURIComponent(script)}`);
}

const echoThere = (lib: Lib): void => {
  const held: unknown[] = [];
  Object.assign(globalThis, { held });
  void (async () => {
    for await (const message of lib.listen()) {
      if (message.type === 'request' && message.msg !== 'hold') message.rctx.reply(message.msg);
      else held.push(message);
    }
  })();
};

export const earlyEnds = theme('early ends', (check) => {
  for (const [what, origin] of [
    ['the same origin', HERE],
    ['another origin', ELSEWHERE],
  ] as const) {
    check(`a frame of ${what} that is removed while it connects`, async () => {
      equal(await Promise.all(GONE.map((_, ms) => removedFrame(origin(), ms))), GONE);
    });

    check(`a frame of ${what} that was removed before`, async () => {
      const element = document.createElement('iframe');
      document.body.append(element);
      const there = element.contentWindow!;
      element.remove();
      const client: Client = connect(there, { origin: origin(), reconnect: true });
      await fails(client.req('hello?'), 'ServerDisappeared');
      await fails(client.req('later'), 'ServerDisappeared');
    });
  }

  check('a window that is closed while it connects', ['popups'], async () => {
    for (const ms of upTo(6)) equal(await closedPopup(ms), 'ServerDisappeared');
  });

  check('a worker that closes itself ends its clients, also a reconnecting one', async () => {
    const there = await worker();
    await there.run((lib) => {
      void (async () => {
        for await (const { type } of lib.listen()) {
          if (type === 'request') (globalThis as unknown as { close(): void }).close();
        }
      })();
    });
    const client: Client = keep(connect(there.target, { reconnect: true }));
    const { closed } = client;
    await fails(client.req('close'), 'ServerDisappeared');
    equal((await closed).code, 'ServerDisappeared');
    await fails(client.req('later'), 'ServerDisappeared');
  });

  check('a server here ends when the worker it listens to closes itself unconnected', async () => {
    const there = await worker();
    const server = listen(there.target, { name: 'unused' });
    await there.run(echoThere);
    // From its handshake this page learns how to detect the end of the worker.
    const client: Client = keep(connect(there.target));
    equal(await client.req('echo'), 'echo');
    await there.run(() => {
      (globalThis as unknown as { close(): void }).close();
    });
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check(
    'a worker with an opaque origin that is terminated ends every connection to it',
    async () => {
      const there = await dataWorker();
      await there.run(echoThere);
      const client: Client = keep(connect(there.target));
      const clone = client.clone();
      equal(await clone.req('echo'), 'echo');
      const pending = [client, clone, clone.clone()].map((each) =>
        fails(each.req('hold'), 'ServerDisappeared'),
      );
      there.target.terminate();
      await Promise.all(pending);
    },
  );

  check('such a worker ends a clone whose first client was closed', async () => {
    const there = await dataWorker();
    await there.run(echoThere);
    const client: Client = connect(there.target);
    const clone = client.clone();
    client.close();
    equal(await clone.req('echo'), 'echo');
    const pending = fails(clone.req('hold'), 'ServerDisappeared');
    there.target.terminate();
    await pending;
  });

  check('a server here ends with its clients in such a worker', async () => {
    const there = await dataWorker();
    const server = closeAtEnd(listen(there.target));
    await there.run((lib) => {
      const client = lib.connect(globalThis);
      const clone = client.clone();
      client.close();
      clone.post('by a port of its own');
      Object.assign(globalThis, { clone });
    });
    equal((await server.wait()).msg, 'by a port of its own');
    const over = fails(server.wait(), 'ClientsDisappeared');
    there.target.terminate();
    await over;
  });
});
