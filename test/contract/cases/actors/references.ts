/** Callbacks, objects and streams as arguments and results of methods. */
import { actor, pool, remote, spawn, type Callback } from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { closeAtEnd } from '../../keep-until-end.js';
import { callback, doubling, references, remoteObject } from '../../remote-references.js';
import { Counter, referencesOf } from '../../roles/references.js';
import { theme } from '../../suite-dsl.js';
import { Gate, turns, until, upTo } from '../../utilities.js';

const doubles = (last: number): number[] => upTo(last).map((n) => 2 * n);

export const actorReferences = theme('actors: references', (check) => {
  check('a callback is called from there, many times', async (rig) => {
    const { there } = await references(rig);
    const double = doubling();
    equal(await there.req.each(3, double), [2, 4, 6]);
    equal(await there.req.all(100, double), doubles(100));
    equal(await Promise.all([there.req.each(2, double), there.req.each(2, double)]), [
      [2, 4],
      [2, 4],
    ]);
  });

  check('callbacks are found at any depth, and the arguments stay as they are', async (rig) => {
    const { there } = await references(rig);
    const list = [{ on: {} }, { on: { event: doubling() } }, { on: { event: doubling() } }];
    const options = Object.freeze({ list: Object.freeze(list) });
    equal(await there.req.deep(options), [undefined, 2, 4]);
    ok(options.list[1]?.on.event === list[1]?.on.event, 'the argument was changed');
  });

  check('a callback that occurs twice is the same there, also in a cycle', async (rig) => {
    const { there } = await references(rig);
    const one = callback(() => undefined);
    const list: Callback[] = [one, one];
    equal(await there.req.same(one, list), true);
    equal(await there.req.same(one, [callback(() => undefined)]), false);
    const ring: { self?: unknown; on: { event: Callback<[number], number> } } = {
      on: { event: doubling() },
    };
    ring.self = ring;
    equal(await there.req.deep({ list: [ring, ring] }), [0, 2]);
  });

  check('callbacks get callbacks, and give them', async (rig) => {
    const { there } = await references(rig);
    const make = callback((double: Callback<[number], number>) =>
      callback(async (n: number) => (await double(n)) + 1),
    );
    equal(await there.req.twice(make), 43);
  });

  check('what a callback throws arrives as of a handler', async (rig) => {
    const { there } = await references(rig);
    const failing = callback(() => {
      throw Object.assign(new RangeError('by the callback'), { status: 3 });
    });
    const { code, cause } = (await there.req.outcomeOf(failing, 1)) as Record<string, unknown>;
    const { name, message, status } = cause as RangeError & { status: number };
    equal([code, name, message, status], ['HandlerFailed', 'RangeError', 'by the callback', 3]);
  });

  check('a call of a callback may have a timeout, which its `this.signal` sees', async (rig) => {
    const { there } = await references(rig);
    const aborted = new Gate();
    const slow = callback(function (this: unknown, _: number): Promise<number> {
      const { signal } = this as { signal: AbortSignal };
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted.open();
          resolve(0);
        });
      });
    });
    const { cause } = await fails(there.req.within(slow, 5), 'HandlerFailed');
    equal([(cause as { code?: unknown }).code], ['Timeout']);
    equal((cause as Error).message, 'the callback: no reply came within 5 ms');
    await aborted.opened;
  });

  check('`concurrency` bounds the calls that run, `capacity` those that wait here', async (rig) => {
    const { there } = await references(rig);
    let [running, most] = [0, 0];
    /** Goes on once `count` calls were running at a time. */
    const workAmong = (count: number) => async (n: number) => {
      most = Math.max(most, ++running);
      await until(() => most >= count);
      await turns();
      running--;
      return 2 * n;
    };
    const two = callback(workAmong(2), { concurrency: 2, capacity: 3 });
    equal(await there.req.all(20, two), doubles(20));
    equal(most, 2);
    equal(await there.req.all(20, callback(workAmong(5))), doubles(20));
  });

  check('a callback that is kept is called later, and handed on', async (rig) => {
    const { there } = await references(rig);
    await there.req.hold(callback((word: string) => `${word}!`));
    equal(await there.req.held('later'), 'later!');
    const back = closeAtEnd((await there.req.give())!);
    equal(await back('back'), 'back!');
    const other = await references(rig);
    await other.there.req.hold(back);
    await there.req.letGo();
    equal(await other.there.req.held('there'), 'there!');
  });

  check('methods and streams of an object', async (rig) => {
    const { there } = await references(rig);
    const counter = remoteObject(new Counter(2));
    equal(await there.req.add(counter, 3), { sums: [5, 5], down: [5, 4, 3] });
    equal(await there.req.add(counter, 3), { sums: [8, 8], down: [8, 7, 6, 5, 4, 3] });
    const { cause } = await fails(there.req.failing(counter), 'HandlerFailed');
    equal((cause as { code?: unknown }).code, 'HandlerFailed');
    equal(((cause as Error).cause as Error).message, 'the counter failed');
    equal(await counter.req.add(1), 9);
  });

  check('a method gives an object, which stays there', async (rig) => {
    const { there } = await references(rig);
    const counter = closeAtEnd(await there.req.counter(5));
    equal([await counter.req.add(1), await counter.req.add(1)], [6, 7]);
    equal(await counter.with({ timeout: 60_000 }).req.add(1), 8);
    // It is handed on, and then called straight.
    const { sums } = await (await references(rig)).there.req.add(counter, 1);
    equal(sums, [9, 9]);
  });

  check('an object literal has `this` and posts nothing', async () => {
    const there = remoteObject({
      base: 2,
      times(n: number) {
        return this.base * n;
      },
      hasSelf() {
        return this.self === this.self && !this.signal.aborted;
      },
    });
    equal([await there.req.times(4), await there.req.hasSelf()], [8, true]);
  });

  check('a stream is an argument', async (rig) => {
    const { there } = await references(rig);
    async function* numbers(last: number): AsyncGenerator<number, string> {
      for (let n = 1; n <= last; n++) yield Promise.resolve(n);
      return 'over';
    }
    equal(await there.req.sum(numbers(100)), 5050);
    equal(await there.req.toTheEnd(numbers(3)), 'over');
    class Numbers {
      readonly last = 3;
      [Symbol.asyncIterator](): AsyncGenerator<number> {
        return numbers(this.last);
      }
    }
    const again = new Numbers();
    equal([await there.req.sum(again), await there.req.sum(again)], [6, 6]);
  });

  check('a stream is not far ahead of its reader, and ends when that leaves', async (rig) => {
    const { there } = await references(rig);
    let made = 0;
    const left = new Gate();
    async function* endless(): AsyncGenerator<number, string> {
      try {
        for (;;) yield Promise.resolve(++made);
      } finally {
        left.open();
      }
    }
    equal(await there.req.first(3, endless()), [1, 2, 3]);
    await left.opened;
    ok(made <= 40, `${String(made)} items were made`);
  });

  check('what the source of a stream throws comes after its items', async (rig) => {
    const { there } = await references(rig);
    const seen: number[] = [];
    const { cause } = await fails(
      there.req.sum(
        (async function* () {
          yield Promise.resolve(1);
          seen.push(1);
          throw new RangeError('of the source');
        })(),
      ),
      'HandlerFailed',
    );
    equal([(cause as { code?: unknown }).code, seen], ['HandlerFailed', [1]]);
    equal(((cause as Error).cause as Error).message, 'of the source');
  });

  check('a result holds a stream and a callback', async (rig) => {
    const { there, task } = await references(rig);
    const { title, rows, double } = await there.req.report(20);
    const items: number[] = [];
    for await (const row of rows) items.push(row);
    equal([title, items, await double(4)], ['lines', upTo(20), 8]);
    equal(await task.nextMessage(), 'ended');
    double.close();
  });

  check('streams and calls with progress take callbacks, and give them', async (rig) => {
    const { there } = await references(rig);
    const lines = there.stream.lines(2, doubling());
    equal([(await lines.next()).value, (await lines.next()).value], [2, 4]);
    const { value } = await lines.next();
    equal(await closeAtEnd(value as Callback<[], string>)(), 'the end');
    const seen: unknown[] = [];
    const onProgress = (part: unknown) => seen.push(part);
    equal([await there.with({ onProgress }).req.progresses(doubling()), seen], [4, [2]]);
  });

  check('posts take callbacks', async () => {
    const called = new Gate();
    const { client } = spawn(
      actor({ post: { run: (each: Callback<[string], string>) => void each('posted') } }),
    );
    remote(closeAtEnd(client)).post.run(
      callback((word: string) => {
        equal(word, 'posted');
        called.open();
        return word;
      }),
    );
    await called.opened;
  });

  check('calls of a pool take callbacks, but not if they may be repeated', async () => {
    const host = { send: () => undefined, exit: () => undefined };
    const workers = pool(() => spawn(referencesOf(host)), { size: 2 });
    const there = remote(workers);
    equal(
      await Promise.all(upTo(4).map((n) => there.req.each(n, doubling()))),
      upTo(4).map(doubles),
    );
    let released = 0;
    const double = callback((n: number) => n, { onReleased: () => released++ });
    await fails(there.with({ idempotent: 1 }).req.each(1, double), 'InvalidArgument');
    await until(() => released === 1);
    equal(workers.stats.methods['each']?.processed, 4);
    await workers.stop();
  });

  check('what cannot be passed on is refused at once', () => {
    throws(() => callback('text' as never), 'InvalidArgument');
    throws(() => callback(() => 1, { capacity: 0 }), 'InvalidArgument');
    throws(() => callback(() => 1, { concurrency: 0 }), 'InvalidArgument');
    throws(() => callback(() => 1, { onReleased: 5 as never }), 'InvalidArgument');
    throws(() => remoteObject(5 as never), 'InvalidArgument');
    throws(() => remoteObject((() => 1) as never), 'InvalidArgument');
    throws(() => remoteObject({ then: () => 1 }), 'InvalidArgument');
    return Promise.resolve();
  });
});
