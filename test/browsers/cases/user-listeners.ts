/** Which listeners of this package stay on the application's windows, workers and ports. */
import { connect, listen, type Client } from 'ump-ng';
import { spawnWorker } from 'ump-ng/actors';
import { equal, fails, ok } from '../../contract/assertions.js';
import { takeRequest } from '../../contract/in-process-pair.js';
import { theme } from '../../contract/suite-dsl.js';
import { until, upTo } from '../../contract/utilities.js';
import { closeAtEnd, frame, HERE, serve, worker, type Lib } from './guest-page.js';

/** Counts the listeners that are added to the target from now on. */
function counter(target: EventTarget): () => number {
  const listeners = new Set<string>();
  const ids = new Map<unknown, number>();
  const keyOf = (type: string, listener: unknown): string => {
    const id = ids.get(listener) ?? ids.size;
    ids.set(listener, id);
    return `${type} ${id}`;
  };
  const { addEventListener, removeEventListener } = target;
  target.addEventListener = (type: string, listener: never) => {
    listeners.add(keyOf(type, listener));
    addEventListener.call(target, type, listener);
  };
  target.removeEventListener = (type: string, listener: never) => {
    listeners.delete(keyOf(type, listener));
    removeEventListener.call(target, type, listener);
  };
  return () => listeners.size;
}

const echoThere = (lib: Lib): void => {
  void (async () => {
    for await (const message of lib.listen(undefined, { keepAlive: true })) {
      if (message.type === 'request') message.rctx.reply(message.msg);
    }
  })();
};

/** As other code of the page might do, such as a test framework. */
async function withoutChance(run: () => Promise<void>): Promise<void> {
  const { random } = Math;
  Math.random = () => 0.5;
  try {
    await run();
  } finally {
    Math.random = random;
  }
}

export const leftAlone = theme('user listeners', (check) => {
  check('closed clients leave no listener on a port; closed servers share one', async () => {
    const { port1, port2 } = new MessageChannel();
    const [here, there] = [counter(port1), counter(port2)];
    let ofOne = 0;
    for (const name of upTo(30).map(String)) {
      const server = listen<unknown, unknown, unknown, unknown>(port1, { name });
      const client: Client = connect(port2, { name });
      const answer = client.req(name);
      (await takeRequest(server)).rctx.reply(name);
      equal(await answer, name);
      client.close();
      server.close();
      if (ofOne === 0) ofOne = here();
      equal(here(), ofOne);
      equal(there(), 0, 'listeners of a closed client');
    }
    // A client that comes late is still refused.
    await fails(connect(port2, { name: '7' }).req('late'), 'ServerDisappeared');
    port1.close();
  });

  check('a port that no client uses stays open when its other end has moved on', async () => {
    const there = await worker();
    const { port1, port2 } = new MessageChannel();
    await there.run((lib, port) => {
      Object.assign(globalThis, { port });
      void (async () => {
        for await (const message of lib.listen(port)) {
          if (message.type === 'request') message.rctx.reply(message.msg);
        }
      })();
    }, port2);
    const client: Client = connect(port1);
    equal(await client.req(1), 1);
    client.close();
    // The worker knocks at this port too, so that this page learns which agent has its other end.
    const used = new MessageChannel();
    await there.run((lib, port) => {
      lib.connect(port);
    }, used.port2);
    const user = connect(used.port1);
    const back = new Promise<MessagePort>((resolve) => {
      there.target.addEventListener('message', ({ ports: [port] }) => {
        if (port !== undefined) resolve(port);
      });
    });
    await there.run(() => {
      const { port } = globalThis as unknown as { port: MessagePort };
      globalThis.postMessage('the port', { transfer: [port] });
    });
    const moved = await back;
    there.target.terminate();
    equal((await user.closed).code, 'ServerDisappeared');
    const heard = new Promise<void>((resolve) => {
      port1.addEventListener('message', ({ data }) => {
        if (data === 'still open') resolve();
      });
    });
    moved.postMessage('still open');
    await heard;
    port1.close();
  });

  check('closed or timed-out clients leave no listener on a Worker', async () => {
    const there = await worker();
    const count = counter(there.target);
    const aborted = connect(there.target, { signal: AbortSignal.abort() });
    equal((await aborted.closed).code, 'Aborted');
    await there.run(echoThere);
    for (const n of upTo(3)) {
      const client: Client = connect(there.target);
      equal(await client.req(n), n);
      client.close();
      await until(() => count() === 0);
    }
    const again: Client = closeAtEnd(connect(there.target));
    equal(await again.req('again'), 'again');
  });

  check('closed clients and servers share one listener on the window', async () => {
    const there = await frame();
    const count = counter(window);
    const before = count();
    for (const name of upTo(20).map(String)) {
      serve(window, { name, allowedOrigins: [HERE()] }).close();
      equal(count(), before, 'a server of the own window');
    }
    for (const name of upTo(20).map(String)) {
      serve(there.target, { name, allowedOrigins: [HERE()] }).close();
      ok(count() <= before + 1, 'closed servers do not share their listener');
    }
    const client: Client = connect(there.target, { origin: HERE() });
    client.close();
    there.element.remove();
    await until(() => count() === before);
  });

  check('connections are distinguished without Math.random', async () => {
    const there = await worker();
    await there.run(echoThere);
    await there.run(() => {
      Math.random = () => 0.5;
    });
    const copy = (await import(`${HERE()}/copy.js`)) as typeof import('../pages/copy.js');
    await withoutChance(async () => {
      const clients: Client[] = [connect, connect, copy.lib.connect].map((by) =>
        closeAtEnd(by(there.target)),
      );
      equal(await Promise.all(clients.map((each, n) => each.req(n))), [0, 1, 2]);
      const server = closeAtEnd(
        listen<unknown, unknown, unknown, unknown>(there.target, { name: 'here' }),
      );
      const answer = there.run((lib) =>
        lib.connect(globalThis as never, { name: 'here' }).req('page'),
      );
      (await takeRequest(server)).rctx.reply('hello');
      equal(await answer, 'hello');
      equal(await clients[0]!.req('still'), 'still');
    });
  });

  check('actors in threads start without Math.random', async () => {
    const there = await worker();
    await withoutChance(async () => {
      const { client, done } = spawnWorker<never, number, number>(
        new Worker('/actor.js', { type: 'module' }),
      );
      equal(await client.req(21), 42);
      client.close();
      await done;
    });
    there.target.terminate();
  });

  check('a connection whose number is opened again', async () => {
    const there = await worker();
    await there.run(echoThere);
    const opened: unknown[] = [];
    const { target } = there;
    target.postMessage = (message: unknown, transfer: never) => {
      if (Array.isArray(message) && message[0] === 'ump-ng' && message[2] === 2)
        opened.push(message);
      Worker.prototype.postMessage.call(target, message, transfer);
    };
    const client: Client = closeAtEnd(connect(target));
    equal(await client.req('before'), 'before');
    equal(opened.length, 1);
    Worker.prototype.postMessage.call(target, opened[0]);
    equal(await client.req('after'), 'after');
  });
});
