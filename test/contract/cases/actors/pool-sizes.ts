/** The number of workers of a pool, in one thread. */
import type { ReplyContext } from 'ump-ng';
import { pool, spawn, stop, type Pool, type PoolOptions } from 'ump-ng/actors';
import { equal, fails } from '../../assertions.js';
import { isPending } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { Gate, timersInHand, until, upTo } from '../../utilities.js';

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
        return spawn<string, string, number>({
          post: () => {
            this.posts++;
          },
          req: (msg, rctx) => {
            if (msg === 'hold') this.held.push({ by, rctx });
            else rctx.reply(by);
            return msg === 'end' ? stop() : undefined;
          },
        });
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

  check('an idle worker stays while another is being restarted', () =>
    timersInHand(IDLE, async (fire) => {
      const again = new Gate();
      const starting = [Promise.resolve(), Promise.resolve(), again.opened];
      const numbered = new NumberedWorkers(fire, { min: 1, max: 2 }, starting);
      const { workers } = numbered;
      equal((await numbered.call(2)).sort(), [1, 2]);
      await workers.req('end');
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
