/** The number of workers of a pool, in one thread. */
import type { ReplyContext } from 'ump-ng';
import { pool, spawn, stop, type Pool, type PoolOptions } from 'ump-ng/actors';
import { equal, fails, ok } from '../../assertions.js';
import { isPending } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { Gate, timersInHand, turns, until, upTo } from '../../utilities.js';

/** Milliseconds. No other timer of these cases has this length. */
const IDLE = 3;

/** Workers that keep the contexts of their requests. */
class NumberedWorkers {
  started = 0;
  posts = 0;
  readonly held: { by: number; rctx: ReplyContext<number> }[] = [];
  /**
   * Fires the timers by which the pool checks for idle workers, when all have been idle long
   * enough.
   */
  readonly look: () => Promise<number>;
  readonly workers: Pool<string, string, number>;

  constructor(fire: () => number, options: PoolOptions, starting: Promise<void>[] = []) {
    this.look = async () => {
      const since = performance.now();
      await until(() => performance.now() - since > 2 * IDLE);
      return fire();
    };
    this.workers = pool(
      async () => {
        const by = ++this.started;
        await starting[by - 1];
        return spawn<string, string, number>(
          {
            post: () => {
              this.posts++;
            },
            req: (msg, rctx) => {
              if (msg === 'crash') throw new Error('as asked');
              if (msg === 'hold') this.held.push({ by, rctx });
              else rctx.reply(by);
              return msg === 'end' ? stop() : undefined;
            },
          },
          {
            onError: (error) => {
              throw error;
            },
          },
        );
      },
      { prefetchMs: 0, idle: IDLE, ...options },
    );
  }

  get up(): boolean[] {
    return this.workers.stats.workers.map(({ up }) => up);
  }

  /** `count` concurrent calls, each answered with the number of its worker. */
  async call(count: number): Promise<number[]> {
    const calls = upTo(count).map(() => this.workers.req('hold'));
    await until(() => this.held.length === count);
    this.answer();
    return Promise.all(calls);
  }

  answer(): void {
    for (const { by, rctx } of this.held.splice(0)) rctx.reply(by);
  }
}

export const poolSizes = theme('actors: sizes of pools', (check) => {
  check('an idle worker stays until a worker that is starting runs', () =>
    timersInHand(IDLE, async (fire) => {
      const start = new Gate();
      const numbered = new NumberedWorkers(fire, { min: 1, max: 2 }, [
        Promise.resolve(),
        start.opened,
      ]);
      const { workers } = numbered;
      const first = workers.req('hold');
      await until(() => numbered.held.length === 1);
      const controller = new AbortController();
      const { signal } = controller;
      const second = fails(workers.req('hold', { signal }), 'Aborted');
      controller.abort();
      await second;
      numbered.answer();
      equal(await first, 1);
      equal(await numbered.look(), 1);
      equal(numbered.up, [true, false]);
      equal(await numbered.call(1), [1]);
      start.open();
      await until(() => numbered.up.every(Boolean));
      await numbered.look();
      equal(numbered.up, [true]);
      equal(await numbered.call(1), [1]);
      await workers.stop();
    }),
  );

  for (const [how, options] of [
    ['the only worker', { min: 0, max: 1 }],
    ['the worker of a key', { min: 0, max: 2, route: () => 'key' }],
    ['the only worker of a broadcast', { min: 0, max: 1, route: 'broadcast' }],
  ] as const) {
    check(`calls that wait for a successor get it, though ${how} is idle`, () =>
      timersInHand(IDLE, async (fire) => {
        const start = new Gate();
        const starting = [Promise.resolve(), start.opened];
        const numbered = new NumberedWorkers(fire, { ...options, maxCalls: 1 }, starting);
        const { workers } = numbered;
        equal([await workers.req('id'), await workers.req('id')], [1, 1]);
        const waiting = workers.req('id');
        await until(() => numbered.started === 2);
        await numbered.look();
        start.open();
        equal(await waiting, 2);
        await workers.stop();
      }),
    );
  }

  check('a call that waits for a successor starts no further worker', async () => {
    const start = new Gate();
    const starting = [Promise.resolve(), start.opened, start.opened];
    const numbered = new NumberedWorkers(() => 0, { min: 1, max: 3, maxCalls: 1 }, starting);
    const { workers } = numbered;
    equal([await workers.req('id'), await workers.req('id')], [1, 1]);
    const waiting = workers.req('id');
    await until(() => numbered.started === 2);
    await turns();
    equal(numbered.started, 2);
    start.open();
    equal(await waiting, 2);
    await workers.stop();
  });

  check('an idle worker stays while another is being restarted', () =>
    timersInHand(IDLE, async (fire) => {
      const again = new Gate();
      const starting = [Promise.resolve(), Promise.resolve(), again.opened];
      const numbered = new NumberedWorkers(fire, { min: 1, max: 2 }, starting);
      const { workers } = numbered;
      equal((await numbered.call(2)).sort(), [1, 2]);
      await fails(workers.req('crash'), 'HandlerFailed');
      await until(() => numbered.started === 3);
      equal(await numbered.look(), 1);
      equal(numbered.up.filter(Boolean).length, 1);
      again.open();
      await until(() => numbered.up.every(Boolean));
      await numbered.look();
      equal(numbered.up, [true]);
      await workers.stop();
    }),
  );

  check('idle workers are stopped down to `min`', () =>
    timersInHand(IDLE, async (fire) => {
      const numbered = new NumberedWorkers(fire, { min: 2, max: 4 });
      await until(() => numbered.up.every(Boolean));
      equal(new Set(await numbered.call(4)).size, 4);
      equal(await numbered.look(), 1);
      equal(numbered.up, [true, true]);
      // There is no timer any more.
      equal(await numbered.look(), 0);
      equal(numbered.up, [true, true]);
      await numbered.call(4);
      equal(await numbered.look(), 1);
      equal(numbered.up, [true, true]);
      await numbered.workers.stop();
    }),
  );

  check('an idle worker that only got posts is stopped', () =>
    timersInHand(IDLE, async (fire) => {
      const numbered = new NumberedWorkers(fire, { min: 0, max: 1 });
      for (const n of upTo(2)) {
        numbered.workers.post('news');
        await until(() => numbered.posts === n);
        equal(numbered.up, [true]);
        equal(await numbered.look(), 1);
        equal(numbered.up, []);
      }
      equal(numbered.started, 2);
      await numbered.workers.stop();
    }),
  );

  check('a burst of calls starts all the workers that it needs at once', () =>
    timersInHand(IDLE, async (fire) => {
      const start = new Gate();
      const numbered = new NumberedWorkers(
        fire,
        { min: 0, max: 8, concurrency: 2 },
        upTo(8).map(() => start.opened),
      );
      const { workers } = numbered;
      equal(numbered.started, 0);
      const first = workers.req('hold');
      equal(numbered.started, 1);
      // Two calls for each worker, and one worker is starting already.
      const calls = [first, ...upTo(8).map(() => workers.req('hold'))];
      equal(numbered.started, 5);
      calls.push(...upTo(20).map(() => workers.req('hold')));
      equal(numbered.started, 8);
      start.open();
      await until(() => numbered.held.length === 16);
      equal(new Set(numbered.held.map(({ by }) => by)).size, 8);
      const answered = Promise.all(calls);
      while (workers.stats.processed < calls.length) {
        numbered.answer();
        await turns(1);
      }
      equal((await answered).length, 29);
      await workers.stop();
    }),
  );

  check('with unlimited concurrency the first call starts a worker', async () => {
    const workers = pool<never, string, string, never>(
      () =>
        spawn<never, string, string>({
          req: (msg, rctx) => {
            rctx.reply(msg);
          },
        }),
      { min: 0, max: 4, concurrency: Infinity },
    );
    equal(await workers.req('hi'), 'hi');
    equal(workers.stats.workers.length, 1);
    await workers.stop();
  });

  check('a worker that ends by itself is started again only if it is needed', () =>
    timersInHand(IDLE, async (fire) => {
      const numbered = new NumberedWorkers(fire, { min: 0, max: 1 });
      const { workers } = numbered;
      equal(await workers.req('end'), 1);
      await until(() => numbered.up.length === 0);
      await turns();
      equal(numbered.started, 1);
      // The second call waits at the worker that ends, or in the queue.
      equal(await Promise.all([workers.req('end'), workers.req('who')]), [2, 3]);
      await workers.stop();
    }),
  );

  check('with a key, places have no worker until one of their keys is used', () =>
    timersInHand(IDLE, async (fire) => {
      const numbered = new NumberedWorkers(fire, {
        min: 0,
        max: 4,
        route: (msg: string) => msg,
      });
      const { workers } = numbered;
      await workers.ready();
      equal(numbered.started, 1);
      const answers = await Promise.all(['who', 'who', 'me'].map((msg) => workers.req(msg)));
      equal(answers[0], answers[1]);
      ok(numbered.started <= 3, 'a place without a key has a worker');
      await until(() => numbered.up.every(Boolean));
      await numbered.look();
      equal(numbered.up, []);
      // The next call waits until the last worker of its place has ended.
      ok((await workers.req('who')) > 1, 'it is an old worker');
      equal(numbered.up, [true]);
      await workers.stop();
    }),
  );

  check('a pool that has ended does not check for idle workers', () =>
    timersInHand(IDLE, async (fire) => {
      for (const end of ['close', 'stop', 'kill'] as const) {
        const numbered = new NumberedWorkers(fire, { min: 1, max: 2 });
        await numbered.call(2);
        void numbered.workers[end]();
        await numbered.workers.done;
        equal(await numbered.look(), 1);
        equal(await numbered.look(), 0);
      }
    }),
  );

  check('a pool has ended only when its idle workers have ended', () =>
    timersInHand(IDLE, async (fire) => {
      const ending = new Gate();
      const end = new Gate();
      const workers: Pool<string, string, string> = pool(
        () =>
          spawn({
            req: (msg: string, rctx: ReplyContext<string>) => {
              rctx.reply(msg);
            },
            term: async () => {
              ending.open();
              await end.opened;
            },
          }),
        { min: 0, max: 1, idle: IDLE },
      );
      await workers.req('hello');
      const since = performance.now();
      await until(() => performance.now() - since > 2 * IDLE);
      fire();
      await ending.opened;
      equal(workers.stats.workers, []);
      const stopped = workers.stop();
      equal(await isPending(Promise.race([stopped, workers.done])), true);
      end.open();
      await stopped;
    }),
  );
});
