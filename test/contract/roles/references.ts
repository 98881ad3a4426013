/** An actor whose methods take and give what travels by reference. */
import { listen } from 'ump-ng';
import * as actors from 'ump-ng/actors';
import type { Callback, RemoteObject } from 'ump-ng/actors';
import { withLanes } from '../lane-of-rig.js';
import type { RoleEnv } from '../roles.js';
import { FOREVER } from '../utilities.js';

// The first build, which test/versions runs this file with, has no callback().
const { actor, serve } = actors;

export class Counter {
  #count: number;
  constructor(count: number) {
    this.#count = count;
  }
  add(by: number): number {
    return (this.#count += by);
  }
  fails(): never {
    throw new RangeError('the counter failed');
  }
  *downTo(end: number): Generator<number> {
    for (let n = this.#count; n >= end; n--) yield n;
  }
  /** An object of the thread that has this one. */
  fork(): RemoteObject<Counter> {
    return actors.remoteObject(new Counter(this.#count));
  }
}

export interface Options {
  readonly list: readonly { readonly on: { event?: Callback<[number], number> | undefined } }[];
}

/** Its items never come. */
export const iterable = (): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => FOREVER }),
});

/** What holds references where none can be. */
const IN_COLLECTIONS = {
  map: (): unknown => new Map([['a', iterable()]]),
  set: (): unknown => new Set([{ nested: iterable() }]),
};

/** What the case is told, and how the thread ends. */
type Host = Pick<RoleEnv<unknown>, 'send' | 'exit'>;

export const referencesOf = (env: Host) => {
  const onReleased = (): void => {
    env.send('released');
  };
  const held: { callback?: Callback<[string], string>; numbers?: AsyncIterable<number> } = {};
  return actor({
    each: async (last: number, double: Callback<[number], number>) => {
      const results: number[] = [];
      for (let n = 1; n <= last; n++) results.push(await double(n));
      double.close();
      return results;
    },
    all: async (last: number, double: Callback<[number], number>) =>
      Promise.all(Array.from({ length: last }, (_, at) => double(at + 1))),
    deep: async ({ list }: Options) => {
      const results: (number | undefined)[] = [];
      for (const [at, { on }] of list.entries()) results.push(await on.event?.(at));
      return results;
    },
    same: (one: Callback, list: readonly Callback[]) => list.every((each) => each === one),
    /** The callback gets a callback, and its result is another one. */
    twice: async (make: Callback<[Callback<[number], number>], Callback<[number], number>>) => {
      const back = await make(actors.callback((n: number) => 2 * n));
      return back(21);
    },
    outcomeOf: async (callback: Callback<[unknown], unknown>, value: unknown) => {
      try {
        return await callback(value);
      } catch (error) {
        const { code, message, cause } = error as { code: string; message: string; cause: unknown };
        return { code, message, cause };
      }
    },
    within: async (callback: Callback<[number], number>, timeout: number) =>
      callback.with({ timeout })(1),
    hold: (callback: Callback<[string], string>) => {
      held.callback = callback;
      void callback.closed.then(({ code }) => {
        env.send(code);
      });
    },
    held: (word: string) => held.callback?.(word),
    give: () => held.callback,
    letGo: () => held.callback?.close(),
    forget: () => {
      delete held.callback;
    },
    add: async (counter: RemoteObject<Counter>, by: number) => {
      const fork = await counter.req.fork();
      const sums = [await counter.req.add(by), await fork.req.add(by)];
      const down: number[] = [];
      for await (const n of counter.stream.downTo(by)) down.push(n);
      fork.close();
      return { sums, down };
    },
    failing: (counter: RemoteObject<Counter>) => counter.req.fails(),
    counter: (count: number) => actors.remoteObject(new Counter(count), { onReleased }),
    sum: async (numbers: AsyncIterable<number>) => {
      let sum = 0;
      for await (const n of numbers) sum += n;
      return sum;
    },
    first: async (count: number, numbers: AsyncGenerator<number, string>) => {
      const items: unknown[] = [];
      while (items.length < count) items.push((await numbers.next()).value);
      await numbers.return('');
      return items;
    },
    /** Leaves while it waits for an item. */
    leaves: async (numbers: AsyncGenerator<number, string>) => {
      const outcome = numbers.next().then(
        () => 'an item',
        (error: unknown) => (error as { code?: unknown }).code,
      );
      await numbers.return('');
      return outcome;
    },
    toTheEnd: async (numbers: AsyncGenerator<number, string>) => {
      for (;;) {
        const { value, done } = await numbers.next();
        if (done === true) return value;
      }
    },
    holdStream: (numbers: AsyncIterable<number>) => {
      held.numbers = numbers;
    },
    report: (lines: number) => ({
      title: 'lines',
      rows: (async function* () {
        try {
          for (let n = 1; n <= lines; n++) yield Promise.resolve(n);
        } finally {
          env.send('ended');
        }
      })(),
      double: actors.callback((n: number) => 2 * n),
    }),
    async *lines(last: number, double: Callback<[number], number>) {
      for (let n = 1; n <= last; n++) yield double(n);
      return actors.callback(() => 'the end');
    },
    /** Each tells when it is let go of. */
    async *callbacks(count: number) {
      for (let n = 1; n <= count; n++) {
        yield Promise.resolve({ times: actors.callback((by: number) => n * by, { onReleased }) });
      }
    },
    async *counters(...counts: number[]) {
      for (const count of counts) yield Promise.resolve(actors.remoteObject(new Counter(count)));
    },
    callAll: async (list: AsyncIterable<Callback<[number], number>>) => {
      const results: number[] = [];
      for await (const each of list) {
        results.push(await each(results.length));
        each.close();
      }
      return results;
    },
    async reports(count: number, until: Callback) {
      for (let n = 1; n <= count; n++) {
        this.progress({ times: actors.callback((by: number) => 2 * by, { onReleased }) });
      }
      await until();
    },
    holds: (how: keyof typeof IN_COLLECTIONS) => IN_COLLECTIONS[how](),
    async progresses(double: Callback<[number], number>) {
      this.progress(await double(1));
      return double(2);
    },
    uncloneable: (how: number) => [{ deep: { er: () => how } }, () => how][how] as unknown,
    waits: async (_?: unknown) => FOREVER,
    exit: () => {
      env.exit();
    },
  });
};

export type References = ReturnType<typeof referencesOf>;

/** Serves the actor at the thread's endpoint. */
export async function serveReferences(env: RoleEnv<undefined>): Promise<void> {
  const server = listen(env.endpoint, { ...withLanes(), ...env.listening });
  env.own(server);
  await serve(server, referencesOf(env), { concurrency: 8 });
  env.leave();
}
