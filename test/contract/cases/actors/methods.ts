/** actor() and remote(): actors made of methods, and calls of these methods. */
import type { ReplyContext } from 'ump-ng';
import { actor, remote, spawn, stop } from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { closeAtEnd } from '../../keep-until-end.js';
import { isPending, pair } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { FOREVER, until } from '../../utilities.js';

const calculator = actor({
  post: {
    nothing() {
      return undefined;
    },
  },
  req: {
    add(a: number, b: number) {
      return a + b;
    },
    async later(value: unknown) {
      await Promise.resolve();
      return value;
    },
    divide(a: number, b: number) {
      if (b === 0) throw new RangeError('by zero');
      return a / b;
    },
    uncloneable() {
      return () => 1;
    },
    shutDown(value: string) {
      return stop(value);
    },
    *numbers() {
      yield 1;
    },
  },
});

function calculating(): ReturnType<typeof remote<typeof calculator>> {
  return remote<typeof calculator>(closeAtEnd(spawn(calculator).client));
}

/**
 * Properties that loggers, assertions and devtools read of an object, and call if they are methods.
 */
function looksLikeATool(value: object): void {
  const any = value as Record<string | symbol, (() => unknown) | undefined>;
  for (const name of ['toJSON', 'inspect', 'then', 'asymmetricMatch', 'toLocaleString']) {
    any[name]?.();
  }
  for (const symbol of [Symbol.iterator, Symbol.asyncIterator, Symbol.toPrimitive]) {
    equal(any[symbol], undefined);
  }
  // Some of these tools call element methods on any object.
  equal((any.constructor as { name?: string } | undefined)?.name, 'Object');
  for (const name of ['$$typeof', 'nodeType', 'tagName']) ok(any[name] === any[name], name);
}

export const actorMethods = theme('actors: methods', (check) => {
  check('the return value of a method is the reply', async () => {
    const there = calculating();
    equal(await there.req.add(3, 7), 10);
    equal(await there.req.later({ deep: [1] }), { deep: [1] });
  });

  check('an error that a method throws rejects the call', async () => {
    const there = calculating();
    const { cause } = await fails(there.req.divide(1, 0), 'HandlerFailed');
    equal([(cause as Error).name, (cause as Error).message], ['RangeError', 'by zero']);
    equal(await there.req.divide(6, 2), 3);
  });

  check('a reply that cannot be cloned rejects the call', async () => {
    const { cause } = await fails(calculating().req.uncloneable(), 'HandlerFailed');
    equal((cause as { code?: unknown }).code, 'DataClone');
  });

  check('posts are calls without a reply, in order with other calls', async () => {
    const lines: string[] = [];
    const log = actor({
      post: { line: (text: string) => void lines.push(text) },
      req: { all: () => lines },
    });
    const there = remote<typeof log>(closeAtEnd(spawn(log).client));
    there.post.line('a');
    there.post.line('b');
    equal(await there.req.all(), ['a', 'b']);
  });

  check('stop() ends the actor, and its call returns undefined', async () => {
    const { client, done } = spawn(calculator);
    await remote<typeof calculator>(closeAtEnd(client)).req.shutDown('enough');
    equal(await done, 'enough');
  });

  check('a method that does not exist is refused, and so is an inherited one', async () => {
    const { client } = spawn(calculator, { onError: () => undefined });
    closeAtEnd(client);
    for (const name of ['nothing', 'constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      const error = await fails(client.req([name, []] as never), 'MethodNotFound');
      ok(error.message.includes(name), error.message);
    }
  });

  check('a message that is no call is refused', async () => {
    const { client } = spawn(calculator, { onError: () => undefined });
    closeAtEnd(client);
    for (const msg of ['add', [], ['add'], ['add', 1], [7, []], null, undefined, {}]) {
      await fails(client.req(msg as never), 'MethodNotFound');
    }
  });

  check('a call whose arguments claim millions is refused', ['sparse arrays'], async () => {
    const { client } = spawn(calculator, { onError: () => undefined });
    closeAtEnd(client);
    for (const length of [2 ** 25, 2 ** 32 - 1]) {
      const args = Object.assign([], { length });
      await fails(client.req(['add', args] as never), 'MethodNotFound');
    }
  });

  check('onError gets the error of a refused post', async () => {
    const heard: unknown[] = [];
    const { client } = spawn(calculator, {
      onError: (error) => void heard.push((error as Error).message),
    });
    closeAtEnd(client).post(['add', [1, 2]] as never);
    client.post('none' as never);
    equal(await remote<typeof calculator>(client).req.add(1, 1), 2);
    equal(heard, [
      'this actor has no method add',
      'this actor takes calls of its methods: use remote()',
    ]);
  });

  check('`this` has the signal of the call and a weak client of the actor', async () => {
    const waiting = actor({
      req: {
        async aborted() {
          const { signal } = this;
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve);
          });
          aborted(signal.reason);
        },
        async other() {
          const own = await this.self.upgrade();
          // Not awaited: this actor handles one message at a time.
          const { rctx } = this;
          void own?.req(['plain', []]).then((reply) => rctx.reply(reply));
          own?.close();
          return 'not sent';
        },
        plain: () => 'by itself',
      },
    });
    let aborted!: (reason: unknown) => void;
    const reason = new Promise((resolve) => (aborted = resolve));
    const there = remote<typeof waiting>(closeAtEnd(spawn(waiting).client));
    const controller = new AbortController();
    const call = fails(there.with({ signal: controller.signal }).req.aborted(), 'Aborted');
    ok(await isPending(call), 'settled too early');
    controller.abort();
    await call;
    equal(((await reason) as { code: string }).code, 'OriginDisappeared');
    equal(await there.req.other(), 'by itself');
  });

  check('a method that takes its context answers by it, at any time', async () => {
    const held: ReplyContext<unknown, unknown>[] = [];
    const holding = actor({
      req: {
        hold() {
          held.push(this.rctx);
          return 'not sent';
        },
        fails() {
          this.rctx.fail({ reason: 'none' });
        },
      },
    });
    const there = remote<typeof holding>(closeAtEnd(spawn(holding).client));
    const call = there.req.hold();
    await until(() => held.length > 0);
    ok(await isPending(call), 'settled too early');
    held[0]!.reply('sent');
    equal(await call, 'sent');
    equal((await fails(there.req.fails(), 'App')).appError, { reason: 'none' });
  });

  check('the options of with() apply to its calls', async () => {
    const idle = actor({
      post: { take: (_buffer: ArrayBuffer) => undefined },
      req: {
        size: (buffer: ArrayBuffer) => buffer.byteLength,
        never: () => FOREVER,
      },
    });
    const there = remote<typeof idle>(closeAtEnd(spawn(idle, { concurrency: 2 }).client));
    const [first, second] = [new ArrayBuffer(8), new ArrayBuffer(8)];
    equal(await there.with({ transfer: [first] }).req.size(first), 8);
    there.with({ transfer: [second] }).post.take(second);
    equal([first.byteLength, second.byteLength], [0, 0]);
    await fails(there.with({ timeout: 1 }).req.never(), 'Timeout');
  });

  check('spawning twice makes two actors', async () => {
    const [one, two] = [spawn(calculator), spawn(calculator)];
    await remote<typeof calculator>(one.client).req.shutDown('one');
    equal(await remote<typeof calculator>(two.client).req.add(1, 2), 3);
    two.client.close();
    equal([await one.done, await two.done], ['one', undefined]);
  });

  check('a remote can be awaited and returned without being taken for a promise', async () => {
    const there = calculating();
    const { req } = await Promise.resolve(there);
    equal(await (await Promise.resolve(req)).add(1, 2), 3);
  });

  check('inspecting a remote sends nothing', async () => {
    const heard: unknown[] = [];
    const { client } = spawn<unknown, unknown, unknown>({
      post: (msg) => void heard.push(msg),
      req: (msg, rctx) => {
        heard.push(msg);
        rctx.reply(msg);
      },
    });
    closeAtEnd(client);
    const there = remote<typeof calculator>(client);
    for (const part of [there.req, there.post, there.stream] as unknown[]) {
      equal(JSON.stringify(part), '{}');
      equal(String(part), '[object Remote]');
      equal(`${part as string}!`, '[object Remote]!');
      equal((part as string) == 'text', false);
      ok(Number.isNaN(Number(part)), 'it is a number');
      equal([Object.keys(part as object), 'add' in (part as object)], [[], false]);
      ok((await (part as Promise<unknown>)) === part, 'it was taken for a promise');
      looksLikeATool(part as object);
    }
    JSON.stringify(there);
    equal(await client.req('last'), 'last');
    equal(heard, ['last']);
  });

  check('a method is the same function each time it is read', () => {
    const there = calculating();
    ok(there.req.add === there.req.add, 'not the same');
    ok((there.req.add as unknown) !== there.req.divide, 'the same as another');
    ok(there.with({ timeout: 1 }).req.add !== there.req.add, 'the same with other options');
    return Promise.resolve();
  });

  check('names that JavaScript calls on any object are refused for methods', () => {
    for (const name of ['then', 'toJSON', 'valueOf', 'toString', 'constructor', 'inspect']) {
      const method = { [name]: () => 1 };
      ok(throws(() => actor({ req: method }), 'InvalidArgument').message.includes(name), name);
      throws(() => actor({ post: method }), 'InvalidArgument');
    }
    return Promise.resolve();
  });

  check('an argument that cannot be cloned fails at the call', async () => {
    const there = calculating();
    throws(() => {
      (there.post as unknown as Record<string, (value: unknown) => void>)['nothing']!(() => 1);
    }, 'DataClone');
    await fails(
      there.req.later(() => 1),
      'DataClone',
    );
    const { client } = pair();
    client.close();
    await fails(remote<typeof calculator>(client).req.add(1, 2), 'Detached');
  });
});
