/** Actors in the thread that spawns them. */
import { channel, type Client, type ReplyContext, type WeakClient } from 'ump-ng';
import { serve, spawn, stop, type Handler, type ServeOptions, type Spawned } from 'ump-ng/actors';
import { equal, fail, fails, ok, throws } from '../../assertions.js';
import { closeAtEnd, keep } from '../../keep-until-end.js';
import { isPending } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { reporting, turns, until } from '../../utilities.js';

type AnyHandler<T = unknown> = Handler<unknown, unknown, unknown, unknown, T>;

function start<T>(
  handler: AnyHandler<T>,
  options?: ServeOptions<T>,
): Spawned<unknown, unknown, unknown, unknown, T> {
  const spawned = spawn(handler, options);
  closeAtEnd(spawned.client);
  return spawned;
}

/** Records the messages that it gets; the case decides when each is finished. */
class Steps implements AnyHandler {
  readonly begun: unknown[] = [];
  readonly #ends = new Map<unknown, () => void>();

  async post(msg: unknown): Promise<void> {
    this.begun.push(msg);
    await new Promise<void>((resolve) => this.#ends.set(msg, resolve));
  }

  async end(msg: unknown): Promise<void> {
    await until(() => this.#ends.has(msg));
    this.#ends.get(msg)!();
  }
}

export const actorHandlers = theme('actors: handlers', (check) => {
  check('an actor gets posts and requests in order', async () => {
    const seen: unknown[] = [];
    const { client } = start({
      post: (msg) => void seen.push(msg),
      req: (msg, rctx) => {
        rctx.reply([...seen, msg]);
      },
    });
    client.post(1);
    client.post(2);
    equal(await client.req(3), [1, 2, 3]);
  });

  check('init runs first, and gets a weak client of the actor', async () => {
    let self: WeakClient<unknown, unknown, unknown, unknown> | undefined;
    const { client } = start({
      init: async (given) => {
        await Promise.resolve();
        self = keep(given);
      },
      req: async (msg, rctx) => {
        // This runs in the actor, so awaiting the reply here would deadlock.
        const own = (await self!.upgrade()) ?? fail('the actor has ended');
        if (msg === 'first') void own.req('second').then((reply) => rctx.reply(reply));
        else rctx.reply(`answered ${String(msg)}`);
        own.close();
      },
    });
    equal(await client.req('first'), 'answered second');
  });

  check('the next message waits until one is finished', async () => {
    const steps = new Steps();
    const { client } = start(steps);
    client.post('a');
    client.post('b');
    await until(() => steps.begun.length > 0);
    await turns();
    ok(steps.begun.length <= 1, 'b has begun');
    await steps.end('a');
    await until(() => steps.begun.length === 2);
    await steps.end('b');
    equal(steps.begun, ['a', 'b']);
  });

  check('concurrency limits how many messages are handled at a time', async () => {
    const steps = new Steps();
    const { client } = start(steps, { concurrency: 2 });
    for (const msg of ['a', 'b', 'c', 'd']) client.post(msg);
    await until(() => steps.begun.length === 2);
    await turns();
    ok(steps.begun.length <= 2, 'c has begun');
    await steps.end('b');
    await until(() => steps.begun.length === 3);
    await turns();
    ok(steps.begun.length <= 3, 'd has begun');
    for (const msg of ['a', 'c', 'd']) await steps.end(msg);
    equal(steps.begun, ['a', 'b', 'c', 'd']);
  });

  check('an invalid concurrency is refused at the call', async () => {
    for (const concurrency of [0, -1, 1.5, NaN]) {
      throws(() => spawn({}, { concurrency }), 'InvalidArgument');
      const { server } = keep(channel());
      throws(() => serve(server, {}, { concurrency }), 'InvalidArgument');
    }
  });

  check(
    'stop ends an actor: done is the value, and queued requests fail with ServerDisappeared',
    async () => {
      const { client, done } = start({
        req: (msg, rctx) => {
          rctx.reply('last');
          return stop(msg);
        },
      });
      const [first, second] = [client.req('over'), client.req('too late')];
      equal(await first, 'last');
      await fails(second, 'ServerDisappeared');
      equal(await done, 'over');
      equal((await client.closed).code, 'ServerDisappeared');
    },
  );

  check('posts and asynchronous handlers can stop an actor', async () => {
    equal(await ended({ post: () => stop('by post') }), 'by post');
    equal(await ended({ post: () => Promise.resolve(stop('later')) }), 'later');
    equal(await ended({ post: () => stop() }), undefined);

    function ended(handler: AnyHandler): Promise<unknown> {
      const { client, done } = start(handler);
      client.post('end');
      return done;
    }
  });

  check('an actor ends with its last client, after term', async () => {
    const told: unknown[] = [];
    const plain = start({ term: (stopped) => void told.push(stopped) });
    plain.client.close();
    equal(await plain.done, undefined);

    const other = start<number>({
      post: () => stop(1),
      term: async (stopped) => {
        told.push(stopped);
        return Promise.resolve(2);
      },
    });
    other.client.post('end');
    equal(await other.done, 2);
    equal(told, [undefined, 1]);
  });

  check('an actor ends only when all concurrent handlers have finished', async () => {
    const steps = new Steps();
    const { client, done } = start(steps, { concurrency: 2 });
    client.post('a');
    client.post('b');
    client.close();
    await until(() => steps.begun.length === 2);
    await steps.end('a');
    ok(await isPending(done), 'it did not wait for b');
    await steps.end('b');
    equal(await done, undefined);
  });

  check('a context can be kept, and answered after its actor has ended', async () => {
    let kept: ReplyContext<unknown, unknown> | undefined;
    const { client, done } = start({
      req: (_msg, rctx) => {
        kept = rctx;
        return stop();
      },
    });
    const answer = client.req('ask');
    await done;
    equal(kept!.reply('late'), true);
    equal(await answer, 'late');
  });

  check(
    'an error that a handler throws reaches the caller complete, and the actor continues',
    async () => {
      class Odd extends Error {
        override readonly name = 'Odd';
        readonly detail = { n: 1 };
      }
      const { client } = start({
        req: (msg, rctx) => {
          if (msg === 'now') throw new Odd('thrown', { cause: 'a cause' });
          if (msg === 'later') return Promise.reject(new Odd('rejected', { cause: 'a cause' }));
          rctx.reply('goes on');
          return undefined;
        },
      });
      for (const [when, message] of [
        ['now', 'thrown'],
        ['later', 'rejected'],
      ]) {
        const error = await fails(client.req(when), 'HandlerFailed');
        const { name, message: says, stack, detail, cause } = error.cause as Odd;
        equal([name, says, detail, cause], ['Odd', message, { n: 1 }, 'a cause']);
        ok(stack?.includes('Odd') === true || stack?.includes('start') !== undefined, 'no stack');
        ok(error.message.includes(message!), error.message);
      }
      equal(await client.req('and then'), 'goes on');
    },
  );

  check('a handler can throw any value', async () => {
    const { client } = start({
      req: (msg) => {
        throw msg;
      },
    });
    for (const value of [0, '', undefined, null, { a: 1 }]) {
      equal((await fails(client.req(value), 'HandlerFailed')).cause, value);
    }
  });

  check('an error with uncloneable parts keeps its name, message and other fields', async () => {
    const { client } = start({
      req: (msg) => {
        if (msg === 'error') {
          const parts = { code: 'E_ODD', callback: () => 1, job: { id: 7, done: () => 1 } };
          throw Object.assign(new TypeError('odd', { cause: new RangeError('inner') }), parts);
        }
        if (msg === 'no text') throw { __proto__: null, callback: () => 1 };
        throw () => 'a function';
      },
    });
    const { cause } = await fails(client.req('error'), 'HandlerFailed');
    const { name, message, cause: inner, ...own } = cause as Error & Record<string, unknown>;
    equal([name, message, inner], ['TypeError', 'odd', new RangeError('inner')]);
    equal([own['code'], own['job']], ['E_ODD', { id: 7 }]);
    await fails(client.req('no text'), 'HandlerFailed');
    const other = await fails(client.req('function'), 'HandlerFailed');
    ok(String(other.cause).includes('a function'), String(other.cause));
  });

  check('fail() rejects with a typed application error', async () => {
    const { client } = start({
      req: (_msg, rctx) => {
        rctx.fail({ reason: 'full' });
      },
    });
    equal((await fails(client.req(1), 'App')).appError, { reason: 'full' });
  });

  check('onError gets every error, and can end the actor', async () => {
    const heard: unknown[] = [];
    const failing: AnyHandler<string> = {
      post: () => {
        throw new Error('posted');
      },
      req: (_msg, rctx) => {
        rctx.reply('first');
        throw new Error('after the reply');
      },
    };
    const first = start(failing, {
      onError: (error, message) => {
        heard.push([(error as Error).message, message.type, message.msg]);
        return message.msg === 'stop' ? stop('by onError') : undefined;
      },
    });
    first.client.post('one');
    equal(await first.client.req('two'), 'first');
    first.client.post('stop');
    equal(await first.done, 'by onError');
    equal(heard, [
      ['posted', 'post', 'one'],
      ['after the reply', 'request', 'two'],
      ['posted', 'post', 'stop'],
    ]);

    const second = start(failing, {
      onError: (error) => {
        throw error;
      },
    });
    second.client.post('crash');
    const waiting = fails(second.client.req('too late'), 'ServerDisappeared');
    equal(((await second.done.catch((error: unknown) => error)) as Error).message, 'posted');
    await waiting;
  });

  check('errors that no caller gets are passed to reportError', async () => {
    await reporting(async (reported) => {
      const { client } = start({
        post: () => {
          throw new Error('of a post');
        },
        req: (msg, rctx) => {
          if (msg === 'replies') rctx.reply('first');
          throw new Error(`of ${String(msg)}`);
        },
      });
      client.post(1);
      await client.req('replies');
      await fails(client.req('fails'), 'HandlerFailed');
      equal(
        reported.map((error) => (error as Error).message),
        ['of a post', 'of replies'],
      );
    });
  });

  check('messages without a handler are refused', async () => {
    const heard: string[] = [];
    const onError = (error: unknown): void => void heard.push((error as Error).message);
    const { client } = start({}, { onError });
    const { message } = await fails(client.req(1), 'MethodNotFound');
    ok(message.includes('no requests'), message);
    client.post(2);
    await fails(client.req(3), 'MethodNotFound');
    equal(heard, [
      'this actor takes no requests',
      'this actor takes no posts',
      'this actor takes no requests',
    ]);
  });

  check('a factory gets a weak client of the actor; messages wait for the factory', async () => {
    let begin: (() => void) | undefined;
    const { client, done } = spawn<never, unknown, unknown>(async (self) => {
      await new Promise<void>((resolve) => {
        begin = resolve;
      });
      const own = (await self.upgrade()) as Client;
      own.close();
      return {
        req: (msg, rctx) => {
          rctx.reply(msg);
        },
      };
    });
    const answer = closeAtEnd(client).req('early');
    ok(await isPending(answer), 'answered without a handler');
    begin!();
    equal(await answer, 'early');
    client.close();
    await done;
  });

  check('an actor that fails to start rejects done and its calls', async () => {
    const boom = (): never => {
      throw new RangeError('boom');
    };
    const reject = (): Promise<never> => Promise.reject(new RangeError('boom'));
    for (const given of [boom, reject, { init: boom }, { init: reject }]) {
      const { client, done } = spawn(given);
      const waiting = fails(closeAtEnd(client).req(1), 'ServerDisappeared');
      equal(((await done.catch((error: unknown) => error)) as Error).message, 'boom');
      await waiting;
    }
  });

  check('term runs at every end, and can fail', async () => {
    let terms = 0;
    const term = (): void => {
      terms++;
    };
    const onError = (error: unknown): never => {
      throw error;
    };
    const crashing = start({ post: () => Promise.reject(new Error('crash')), term }, { onError });
    crashing.client.post(1);
    equal(((await crashing.done.catch((error: unknown) => error)) as Error).message, 'crash');
    equal(terms, 1);
    const failing = start({ term: () => Promise.reject(new Error('at the end')) });
    failing.client.close();
    equal(((await failing.done.catch((error: unknown) => error)) as Error).message, 'at the end');
  });

  check('serve() takes an existing server', async () => {
    const { server, client } = keep(channel<number, number, number>());
    client.post(20);
    let sum = 0;
    const done = serve(server, {
      post: (n) => void (sum += n),
      req: (n, rctx) => {
        rctx.reply(sum + n);
      },
    });
    equal(await client.req(22), 42);
    client.close();
    equal(await done, undefined);
  });

  check('the error that ended an actor is the cause of its failed calls', async () => {
    const broken = new RangeError('part of the test');
    const fault = (): never => {
      throw broken;
    };
    for (const given of [fault, { init: fault }, { post: fault }]) {
      const { client, done } = spawn<unknown, unknown, unknown>(given, { onError: fault });
      const ended = done.then(
        () => undefined,
        (error: unknown) => error,
      );
      closeAtEnd(client).post('fails');
      const { cause } = await fails(client.req('waits'), 'ServerDisappeared');
      equal((cause as Error).message, 'part of the test');
      equal(await ended, broken);
      const later = await fails(client.req('too late'), 'ServerDisappeared');
      equal((later.cause as Error).message, 'part of the test');
      equal(((await client.closed).cause as Error).message, 'part of the test');
    }
  });
});
