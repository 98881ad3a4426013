/** onDeadLetter() gets the undelivered messages of the whole thread. */
import { channel, Client, ReplyContext, type Dropped } from 'ump-ng';
import { onDeadLetter, pool, spawn, supervise } from 'ump-ng/actors';
import { equal, fails } from '../../assertions.js';
import { closeAtEnd, keep } from '../../keep-until-end.js';
import { pair, take, takeRequest } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { FOREVER, reporting, turns, until } from '../../utilities.js';

/** Letters of this case. Others, of collected servers of earlier cases, can come at any time. */
const isOwn = (dropped: Dropped): boolean =>
  Object.values(dropped).some((said) => MARKS.includes(said));
const MARKS: unknown[] = ['unread', 'late', 'never sent'];

async function listening(run: (heard: Dropped[]) => Promise<void>): Promise<void> {
  const heard: Dropped[] = [];
  const stop = onDeadLetter((dropped) => isOwn(dropped) && heard.push(dropped));
  try {
    await run(heard);
  } finally {
    stop();
  }
}

const never = (): Promise<never> => FOREVER;

export const deadLetters = theme('actors: dead letters', (check) => {
  check('unread posts', () =>
    listening(async (heard) => {
      const { server, client } = pair();
      client.post('unread');
      await until(() => !server.isEmpty);
      server.close();
      await until(() => heard.length > 0);
      equal(heard, [{ type: 'post', msg: 'unread' }]);
    }),
  );

  check('replies to requests that were cancelled', () =>
    listening(async (heard) => {
      const { server, client } = pair();
      const controller = new AbortController();
      const aborted = fails(client.req(1, { signal: controller.signal }), 'Aborted');
      const { rctx } = await takeRequest(server);
      controller.abort();
      await aborted;
      client.post('after it');
      await take(server, 1);
      equal(rctx.reply('late'), false);
      await until(() => heard.length > 0);
      equal(heard, [{ type: 'reply', value: 'late' }]);
    }),
  );

  check('replies to requests that were cancelled after they had moved', () =>
    listening(async (heard) => {
      const { server, client } = pair();
      const controller = new AbortController();
      const aborted = fails(client.req(1, { signal: controller.signal }), 'Aborted');
      const rctx = ReplyContext.from((await takeRequest(server)).rctx.transfer());
      controller.abort();
      await aborted;
      if (!rctx.signal.aborted) {
        await new Promise((resolve) => {
          rctx.signal.addEventListener('abort', resolve);
        });
      }
      equal(rctx.reply('late'), false);
      await until(() => heard.length > 0);
      equal(heard, [{ type: 'reply', value: 'late' }]);
    }),
  );

  check('ports in replies to requests that were cancelled are closed', ['port close'], async () => {
    for (const moves of [false, true]) {
      const { server, client } = pair();
      const controller = new AbortController();
      const aborted = fails(client.req(1, { signal: controller.signal }), 'Aborted');
      let { rctx } = await takeRequest(server);
      if (moves) rctx = ReplyContext.from(rctx.transfer());
      controller.abort();
      await aborted;
      await until(() => rctx.signal.aborted);
      const inner = spawn({});
      const port = inner.client.transfer();
      equal(rctx.reply({ within: [port] }, { transfer: [port] }), false);
      // The client behind the port was the last one.
      await inner.done;
      client.close();
    }
  });

  check('the onDropped hook of a channel gets them as well', () =>
    listening(async (heard) => {
      const own: Dropped[] = [];
      const { server, client } = keep(channel({ onDropped: (what) => own.push(what) }));
      client.post('unread');
      await until(() => !server.isEmpty);
      server.close();
      await until(() => own.length > 0);
      equal(heard, own);
    }),
  );

  check('posts that were queued for a child that never started', () =>
    listening(async (heard) => {
      const own: Dropped[] = [];
      const supervisor = supervise(
        { late: { start: () => never() as Promise<ReturnType<typeof spawn>> } },
        { onDropped: (what) => own.push(what) },
      );
      supervisor.children.late.post('never sent');
      supervisor.kill();
      await supervisor.done;
      await until(() => own.length > 0);
      equal(own, [{ type: 'post', msg: 'never sent' }]);
      equal(heard, own);
    }),
  );

  check('posts that were queued for a worker of a pool', () =>
    listening(async (heard) => {
      const own: Dropped[] = [];
      const workers = pool(() => never() as Promise<ReturnType<typeof spawn>>, {
        size: 1,
        onDropped: (what) => own.push(what),
      });
      workers.post('never sent');
      workers.kill();
      await workers.done;
      await until(() => own.length > 0);
      equal(own, [{ type: 'post', msg: 'never sent' }]);
      equal(heard, own);
    }),
  );

  check('ports in dead letters are closed', ['port close'], () =>
    listening(async () => {
      const { server, client } = pair();
      const inner = spawn({});
      const port = closeAtEnd(inner.client).clone().transfer();
      client.post(port, { transfer: [port] });
      await until(() => !server.isEmpty);
      server.close();
      inner.client.close();
      // The client in the letter was the last one, and its port was closed.
      await inner.done;
    }),
  );

  check('the hook of the channel can take ports in a dead letter over', async () => {
    await listening(async () => {
      const taken: Client<unknown, string, string>[] = [];
      const { server, client } = keep(
        channel({
          onDropped: (what) => {
            if (what.type === 'post') taken.push(Client.from(what.msg as MessagePort));
          },
        }),
      );
      const inner = spawn<unknown, string, string>({
        req: (msg, rctx) => {
          rctx.reply(msg);
        },
      });
      const port = inner.client.transfer();
      client.post(port, { transfer: [port] });
      await until(() => !server.isEmpty);
      server.close();
      await until(() => taken.length > 0);
      equal(await taken[0]!.req('saved'), 'saved');
      taken[0]!.close();
      await inner.done;
    });
  });

  check('ports in calls that a pool never sent are closed', ['port close'], async () => {
    const workers = pool(() => never() as Promise<ReturnType<typeof spawn>>, { size: 1 });
    const inner = spawn({});
    const ports = [1, 2].map(() => inner.client.clone().transfer());
    inner.client.close();
    await fails(workers.req(ports[0], { transfer: [ports[0]!], timeout: 1 }), 'Timeout');
    const waiting = fails(workers.req(ports[1], { transfer: [ports[1]!] }), 'ServerDisappeared');
    workers.kill();
    await waiting;
    await inner.done;
  });

  check('ports in calls that waited for credit are closed', ['port close'], async () => {
    const { server, client } = keep(channel({ capacity: 1 }));
    const inner = spawn({});
    const ports = [1, 2].map(() => inner.client.clone().transfer());
    inner.client.close();
    client.post('fills it');
    await fails(client.req(ports[0], { transfer: [ports[0]!], timeout: 1 }), 'Timeout');
    const waiting = fails(client.req(ports[1], { transfer: [ports[1]!] }), 'ServerDisappeared');
    await take(server, 1);
    server.close();
    await waiting;
    await inner.done;
  });

  check('the error of a listener is reported, and other listeners are called', () =>
    reporting(async (reported) => {
      const stop = onDeadLetter(() => {
        throw new Error('of a listener');
      });
      await listening(async (heard) => {
        const { server, client } = pair();
        client.post('unread');
        await until(() => !server.isEmpty);
        server.close();
        await until(() => heard.length > 0);
      });
      stop();
      const messages = new Set(reported.map((error) => (error as Error).message));
      equal([...messages], ['of a listener']);
    }),
  );

  check('a stopped listener gets no more letters', async () => {
    const heard: Dropped[] = [];
    const stop = onDeadLetter((dropped) => isOwn(dropped) && heard.push(dropped));
    stop();
    const { server, client } = pair();
    client.post('unread');
    await until(() => !server.isEmpty);
    server.close();
    await client.closed;
    await turns();
    equal(heard, []);
  });
});
