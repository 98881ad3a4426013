/** Methods that return streams. */
import { actor, remote, spawn, type Remote } from 'ump-ng/actors';
import { equal, fails, ok } from '../../assertions.js';
import { closeAtEnd } from '../../keep-until-end.js';
import { pair, takeRequest } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { dispose, turns, until, upTo } from '../../utilities.js';

/** Records of the producers of one case. */
function producing() {
  const made: number[] = [];
  const ended: string[] = [];
  const streams = actor({
    req: {
      *count(to: number) {
        try {
          for (let n = 1; n <= to; n++) {
            made.push(n);
            yield n;
          }
        } finally {
          ended.push('count');
        }
      },
      async *slowly(to: number) {
        try {
          for (let n = 1; n <= to; n++) {
            await Promise.resolve();
            yield n;
          }
        } finally {
          ended.push('slowly');
        }
      },
      async *fails(after: number) {
        for (const n of upTo(after)) yield n;
        await Promise.resolve();
        throw new RangeError('no more');
      },
      async laterOn(to: number) {
        return Promise.resolve(upTo(to).values());
      },
      async *uncloneable() {
        yield 1;
        await Promise.resolve();
        yield () => 2;
      },
      async *waits() {
        const { signal } = this;
        yield 'waiting';
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        ended.push('waits');
      },
      list: () => [1, 2],
      plain: (value: number) => value,
    },
  });
  return { streams, made, ended };
}

type Streams = ReturnType<typeof producing>['streams'];

function started() {
  const { streams, ...seen } = producing();
  const { client, done } = spawn(streams, { concurrency: 10, onError: () => undefined });
  return { ...seen, client: closeAtEnd(client), done, there: remote<typeof streams>(client) };
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

export const actorStreams = theme('actors: streams', (check) => {
  check('every item arrives, in order', async () => {
    const { there } = started();
    equal(await all(there.stream.count(100)), upTo(100));
    equal(await all(there.stream.slowly(100)), upTo(100));
    equal(await all(there.stream.laterOn(3)), [1, 2, 3]);
    equal(await all(there.stream.count(0)), []);
  });

  check('concurrent streams do not mix', async () => {
    const { there } = started();
    const streams = upTo(8).map((n) => all(there.stream.slowly(10 * n)));
    equal(
      await Promise.all(streams),
      upTo(8).map((n) => upTo(10 * n)),
    );
  });

  check('the producer waits for the consumer', async () => {
    const { there, made } = started();
    const items = there.with({ buffer: 3 }).stream.count(1000);
    equal((await items.next()).value, 1);
    await until(() => made.length >= 4);
    // At most five: one was read, three are buffered here, and one waits for credit.
    await turns();
    ok(made.length <= 5, `it made ${String(made.length)}`);
    for (const n of [2, 3, 4, 5]) equal((await items.next()).value, n);
    await until(() => made.length >= 8);
    await turns();
    ok(made.length <= 9, `it made ${String(made.length)}`);
    await items.return(undefined);
  });

  check('the method is called when the first item is requested', async () => {
    const { there, made } = started();
    const items = there.stream.count(3);
    await turns();
    ok(made.length <= 0, 'it was called');
    equal(await all(items), [1, 2, 3]);
  });

  check('leaving the loop early ends the producer', async () => {
    const { there, ended } = started();
    for await (const item of there.stream.count(1000)) if (item === 2) break;
    await until(() => ended.length === 1);
    for await (const item of there.stream.slowly(1000)) if (item === 2) break;
    await until(() => ended.length === 2);
    for await (const item of there.stream.waits()) if (item === 'waiting') break;
    await until(() => ended.length === 3);
    equal(ended, ['count', 'slowly', 'waits']);
  });

  check('an error arrives after the items before it', async () => {
    const { there } = started();
    const items: number[] = [];
    const reading = (async () => {
      for await (const item of there.stream.fails(20)) items.push(item);
    })();
    const { cause } = await fails(reading, 'HandlerFailed');
    equal([(cause as Error).name, (cause as Error).message], ['RangeError', 'no more']);
    equal(items, upTo(20));
  });

  check('an item that cannot be cloned ends the stream', async () => {
    const { there } = started();
    const { cause } = await fails(all(there.stream.uncloneable()), 'HandlerFailed');
    equal((cause as { code?: unknown }).code, 'DataClone');
  });

  check('a signal ends a stream, before and after the first item', async () => {
    const { there, ended } = started();
    const controller = new AbortController();
    const bound = there.with({ signal: controller.signal });
    const items = bound.stream.waits();
    equal((await items.next()).value, 'waiting');
    const next = fails(items.next(), 'Aborted');
    controller.abort('enough');
    equal((await next).cause, 'enough');
    await until(() => ended.length === 1);
    await fails(all(bound.stream.count(3)), 'Aborted');
  });

  check('a method is either a stream or a call', async () => {
    const { there } = started();
    const wrong = there as unknown as {
      stream: Record<string, (...args: unknown[]) => AsyncIterable<unknown>>;
      req: Record<string, (...args: unknown[]) => Promise<unknown>>;
    };
    await fails(all(wrong.stream['plain']!(1)), 'MethodNotFound');
    await fails(all(wrong.stream['list']!()), 'MethodNotFound');
    await fails(all(wrong.stream['missing']!()), 'MethodNotFound');
    await fails(wrong.req['count']!(3), 'MethodNotFound');
    equal(await there.req.list(), [1, 2]);
  });

  check('a server that ends during a stream ends the stream', async () => {
    const { server, client } = pair();
    const there: Remote<Streams> = remote<Streams>(client);
    const reading = fails(all(there.stream.count(3)), 'ServerDisappeared');
    const { rctx } = await takeRequest(server);
    ok(!rctx.signal.aborted, 'aborted');
    server.close();
    rctx.reply(undefined);
    await fails(all(there.stream.count(3)), 'ServerDisappeared');
    client.close();
    await reading.catch(() => undefined);
  });

  check('a reply that is no stream is a Protocol error', async () => {
    const { server, client } = pair();
    const reading = fails(all(remote<Streams>(client as never).stream.count(3)), 'Protocol');
    (await takeRequest(server)).rctx.reply('what?');
    await reading;
  });

  check('a dropped request ends the stream with NoReply', async () => {
    const { server, client } = pair();
    const reading = fails(all(remote<Streams>(client as never).stream.count(3)), 'NoReply');
    const { rctx } = await takeRequest(server);
    rctx[dispose]();
    await reading;
  });

  check(
    'what a server without methods fails with ends streams and calls with progress',
    async () => {
      const { client } = spawn({
        req: () => {
          throw new RangeError('not a method');
        },
      });
      const failing = remote<Streams>(closeAtEnd(client) as never);
      await fails(all(failing.stream.count(3)), 'HandlerFailed');
      const { req } = failing.with({ onProgress: () => undefined });
      await fails(
        (req as unknown as Record<string, () => Promise<unknown>>)['other']!(),
        'HandlerFailed',
      );
      const { server, client: asking } = pair();
      const reading = fails(all(remote<Streams>(asking as never).stream.count(3)), 'App');
      (await takeRequest(server)).rctx.fail('no');
      await reading;
      server.close();
    },
  );
});
