/** actor() of instances of classes, of literals, and of the objects in them. */
import { connect, listen } from 'ump-ng';
import { actor, remote, serve, spawn, stop, type Actor, type Stop } from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { closeAtEnd, keep } from '../../keep-until-end.js';
import { theme } from '../../suite-dsl.js';

const heard: string[] = [];

class Base {
  inherited(): string {
    return 'from the base';
  }
  overridden(): string {
    return 'base';
  }
}

class Counter extends Base {
  #count = 0;
  readonly cache = new Map<string, number>();
  readonly inner = { method: () => 'inner' };
  readonly own = (by: number): number => this.add(by);

  get getter(): () => number {
    heard.push('getter');
    return () => 1;
  }
  add(by: number): number {
    this.#count += by;
    return this.#count;
  }
  override overridden(): string {
    return 'counter';
  }
  async later(): Promise<string> {
    return Promise.resolve(this.inherited());
  }
  *down(): Generator<number, string> {
    for (let n = this.#count; n > 0; n--) yield n;
    return 'liftoff';
  }
  req(text: string): string {
    return `req ${text}`;
  }
  end(): Stop<number> {
    return stop(this.#count);
  }
  override toString(): string {
    heard.push('toString');
    return 'text';
  }
  toJSON(): string {
    heard.push('toJSON');
    return 'json';
  }
  [Symbol.iterator](): Iterator<number> {
    heard.push('iterator');
    return [1].values();
  }
}

interface Clock {
  readonly zone: string;
  now(): string;
  set(time: string): void;
  optional?(): string;
}

function makeClock(): Clock & { time: string; lastSet: unknown } {
  return {
    zone: 'UTC',
    time: '12:00',
    lastSet: undefined,
    now() {
      return `${this.time} ${this.zone}`;
    },
    set(time) {
      this.time = time;
      this.lastSet = [time, this.now()];
    },
  };
}

/** Calls the method of that name, which the types may not know. */
async function call<P, R>(definition: Actor<P, R>, name: string, ...args: unknown[]) {
  const { client } = spawn(definition, { onError: () => undefined });
  closeAtEnd(client);
  return (client.req as (msg: unknown) => Promise<unknown>)([name, args]);
}

async function refuses<P, R>(definition: Actor<P, R>, ...names: string[]): Promise<void> {
  for (const name of names) {
    const error = await fails(call(definition, name), 'MethodNotFound');
    ok(error.message.endsWith(`no method ${name}`), error.message);
  }
}

export const actorObjects = theme('actors: methods of objects', (check) => {
  check('each method of an instance is a request, and works on its private fields', async () => {
    const { client, done } = spawn(actor(new Counter()));
    const there = remote(closeAtEnd(client));
    equal(await there.req.add(2), 2);
    equal(await there.req.own(3), 5);
    equal(await there.req.inherited(), 'from the base');
    equal(await there.req.overridden(), 'counter');
    equal(await there.req.later(), 'from the base');
    equal(await there.req.req('text'), 'req text');
    const items: number[] = [];
    for await (const n of there.stream.down()) items.push(n);
    equal(items, [5, 4, 3, 2, 1]);
    await there.req.end();
    equal(await done, 5);
  });

  check('private members, getters and inherited names of objects are not remote', async () => {
    heard.length = 0;
    const counter = actor(new Counter());
    await refuses(counter, '#count', 'getter', 'cache', 'cache.clear', 'inner', 'inner.method');
    await refuses(counter, 'constructor', 'hasOwnProperty', '__proto__', '__defineGetter__');
    await refuses(counter, 'then', 'toJSON', 'valueOf', 'toString', 'inspect', 'missing', '');
    await refuses(counter, 'Symbol(Symbol.iterator)', '@@iterator', 'add.call', 'add.constructor');
    equal(heard, []);
  });

  check('a method that is replaced later is called from then on', async () => {
    const counter = new Counter();
    const there = remote(closeAtEnd(spawn(actor(counter)).client));
    equal(await there.req.inherited(), 'from the base');
    counter.inherited = () => 'replaced';
    equal(await there.req.inherited(), 'replaced');
    (counter as { inherited: unknown }).inherited = 'no function';
    await fails(there.req.inherited(), 'MethodNotFound');
  });

  check(
    'in a literal `this` is the context of the call and has the rest of the object',
    async () => {
      const clock = makeClock();
      const there = remote(closeAtEnd(spawn(actor<Clock>(clock)).client));
      equal(await there.req.now(), '12:00 UTC');
      await there.req.set('13:00');
      equal([clock.time, clock.lastSet], ['13:00', ['13:00', '13:00 UTC']]);
      await fails(there.req.optional(), 'MethodNotFound');

      const both = actor({
        prefix: 'signal',
        twice(text: string) {
          return text + text;
        },
        look(text: string) {
          return `${this.prefix} ${String(this.signal.aborted)} ${this.twice(text)}`;
        },
      });
      equal(await remote(closeAtEnd(spawn(both).client)).req.look('a'), 'signal false aa');
    },
  );

  check('the methods of posts in a table have the rest of their object, too', async () => {
    const log = {
      lines: [] as string[],
      line(text: string) {
        this.lines.push(text);
      },
      clear() {
        this.lines = [];
      },
    };
    const there = remote(
      closeAtEnd(spawn(actor({ post: log, req: { all: () => log.lines } })).client),
    );
    there.post.line('a');
    there.post.clear();
    there.post.line('b');
    equal(await there.req.all(), ['b']);
  });

  check('a table may consist of instances', async () => {
    class Log {
      readonly #lines: string[] = [];
      line(text: string): void {
        this.#lines.push(text);
      }
      all(): string[] {
        return this.#lines;
      }
    }
    const log = new Log();
    const there = remote(closeAtEnd(spawn(actor({ post: log, req: log })).client));
    there.post.line('a');
    equal(await there.req.all(), ['a']);
  });

  check('`post` and `req` are tables unless they are methods', async () => {
    const methods = actor({ req: (n: number) => n + 1, post: () => 'post', init: () => 'init' });
    const there = remote(closeAtEnd(spawn(methods).client));
    equal(await Promise.all([there.req.req(1), there.req.post(), there.req.init()]), [
      2,
      'post',
      'init',
    ]);
    const table = actor({ req: { req: () => 'inner', post: () => 'inner post' } });
    equal(await remote(closeAtEnd(spawn(table).client)).req.post(), 'inner post');
    await refuses(table, 'init', 'term', 'req.post');
    for (const wrong of [5, null, 'text']) {
      throws(() => actor({ req: wrong } as never), 'InvalidArgument');
      throws(() => actor({ post: wrong, req: {} } as never), 'InvalidArgument');
      throws(() => actor(wrong as never), 'InvalidArgument');
    }
    throws(() => actor((() => 1) as never), 'InvalidArgument');
    throws(() => actor({ then: () => 1 } as never), 'InvalidArgument');
  });

  check('methods of nested objects are called by their path', async () => {
    let count = 0;
    const nested = actor({
      math: {
        factor: 2,
        add: (a: number, b: number) => a + b,
        times(n: number) {
          return this.factor * n;
        },
        *upTo(n: number) {
          for (let k = 1; k <= n; k++) yield k;
        },
        deep: { er: () => 'deeper' },
      },
      user: { name: () => 'ann', length: () => 3, prototype: () => 'none' },
      counter: new Counter(),
      'dotted.name': () => 'dotted',
    });
    const there = remote(closeAtEnd(spawn(nested).client));
    equal(await there.req.math.add(1, 2), 3);
    equal(await there.with({ timeout: 10_000 }).req.math.deep.er(), 'deeper');
    equal(await there.req.user.name(), 'ann');
    equal(await there.req.user.length(), 3);
    equal(await there.req.user.prototype(), 'none');
    equal(await there.req.counter.add(4), 4);
    equal(await there.req['dotted.name'](), 'dotted');
    equal(await call(nested, 'math.times', 4), 8);
    for await (const n of there.stream.math.upTo(3)) count += n;
    equal(count, 6);
    ok(there.req.math.add === there.req.math.add, 'not the same function');
    await refuses(nested, 'math', 'math.missing', 'math.add.call', 'math.deep', '.', 'math.');
    await refuses(nested, 'math.constructor', 'math.deep.toString', 'math.__proto__.toString');
    await refuses(nested, 'counter.cache.clear', 'counter.inner.method', 'constructor.assign');
  });

  check('only own objects of a literal are reached, and no built-in ones', async () => {
    const list = [1];
    const hidden = Object.defineProperty({ a: () => 1 }, 'got', {
      get: () => {
        heard.push('got');
        return { method: () => 1 };
      },
    });
    heard.length = 0;
    const guarded = actor({ list, map: new Map(), time: new Date(0), hidden, f: () => 1 });
    await refuses(guarded, 'list.push', 'map.clear', 'time.getTime', 'hidden.got.method');
    equal([list, heard], [[1], []]);
    equal(await call(guarded, 'hidden.a'), 1);
  });

  check('an object that is replaced later is searched anew', async () => {
    const parts = { math: { one: () => 1 } };
    const there = remote(closeAtEnd(spawn(actor(parts)).client));
    equal(await there.req.math.one(), 1);
    parts.math = { one: () => 2 };
    equal(await there.req.math.one(), 2);
    (parts as { math: unknown }).math = undefined;
    await fails(there.req.math.one(), 'MethodNotFound');
  });

  check('names in nested objects that functions have are refused', async () => {
    for (const name of ['apply', 'bind', 'call', 'toString', 'then']) {
      const nested = { group: { [name]: () => 1 } };
      const { message } = throws(() => actor(nested), 'InvalidArgument');
      ok(message.includes(`group.${name}`), message);
    }
    const circular = { f: () => 1, again: {} };
    circular.again = circular;
    equal(await call(actor(circular), 'again.again.f'), 1);
    const there = remote(closeAtEnd(spawn(actor({ add: (n: number) => n + 1 })).client));
    equal(await there.req.add.call(undefined, 1), 2);
    equal(await there.req.add.apply(undefined, [2]), 3);
    equal(await there.req.add.bind(undefined, 3)(), 4);
  });

  check('inspecting a method of a remote sends nothing', async () => {
    const { client } = spawn({
      req: (msg: unknown, rctx: { reply(value: unknown): unknown }) => void rctx.reply(msg),
    });
    const { add } = remote<{ add: { er(): number } }>(closeAtEnd(client) as never).req;
    equal(typeof add, 'function');
    equal(JSON.stringify({ add }), '{}');
    const method: unknown = add;
    ok(String(method).length > 0, 'no text');
    ok((await (add as unknown as Promise<unknown>)) === (add as unknown), 'taken for a promise');
    ok(add instanceof Function, 'no function');
    equal(Object.keys(add), []);
  });

  check('remote() takes what spawn() returned', async () => {
    const counter = spawn(actor(new Counter()));
    closeAtEnd(counter.client);
    equal(await remote(counter).req.add(1), 1);
    equal(await remote(counter).with({ timeout: 10_000 }).req.add(1), 2);
    for (const wrong of [undefined, null, 5, {}, { client: {} }, () => 1]) {
      throws(() => remote(wrong as never), 'InvalidArgument');
    }
  });

  check('a server of any type can be served by an actor', async () => {
    const { port1, port2 } = new MessageChannel();
    const ended = serve(listen(port1), actor(new Counter()));
    const client = keep(connect(port2));
    equal(await remote<Counter>(client).req.add(7), 7);
    client.close();
    equal(await ended, undefined);
  });
});
