/** How many workers a pool has, in one thread. */
import type { ReplyContext } from 'ump-ng';
import { pool, spawn, stop, type Pool, type PoolOptions } from 'ump-ng/actors';
import { equal, fails } from '../../assertions.js';
import { isPending } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { Gate, timersInHand, until, upTo } from '../../utilities.js';

/** Milliseconds. No other timer of these cases takes as long. */
const IDLE = 3;

/** Workers that hold what they are asked. */
class Crew {
  started = 0;
  posts = 0;
  readonly held: { by: number; rctx: ReplyContext<number> }[] = [];
  /** The pool looks for idle workers as often as it meant to meanwhile, now that all have been idle for long enough. */
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

  /** So many calls at once, each answered with the number of its worker. */
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
  check('an idle worker stays until the one that is being started runs', () =>
    timersInHand(IDLE, async (fire) => {
      const start = new Gate();
      const crew = new Crew(fire, { min: 1, max: 2 }, [Promise.resolve(), start.opened]);
      const { workers } = crew;
      const first = workers.req('hold');
      await until(() => crew.held.length === 1);
      const controller = new AbortController();
      const { signal } = controller;
      const second = fails(workers.req('hold', { signal }), 'Aborted');
      controller.abort();
      await second;
      crew.answer();
      equal(await first, 1);
      equal(await crew.look(), 1);
      equal(crew.up, [true, false]);
      equal(await crew.call(1), [1]);
      start.open();
      await until(() => crew.up.every(Boolean));
      await crew.look();
      equal(crew.up, [true]);
      equal(await crew.call(1), [1]);
      await workers.stop();
    }),
  );

  check('and while another is being started again', () =>
    timersInHand(IDLE, async (fire) => {
      const again = new Gate();
      const starting = [Promise.resolve(), Promise.resolve(), again.opened];
      const crew = new Crew(fire, { min: 1, max: 2 }, starting);
      const { workers } = crew;
      equal((await crew.call(2)).sort(), [1, 2]);
      await workers.req('end');
      await until(() => crew.started === 3);
      equal(await crew.look(), 1);
      equal(crew.up.filter(Boolean).length, 1);
      again.open();
      await until(() => crew.up.every(Boolean));
      await crew.look();
      equal(crew.up, [true]);
      await workers.stop();
    }),
  );

  check('of those that are idle, as many stay as there are to be at least', () =>
    timersInHand(IDLE, async (fire) => {
      const crew = new Crew(fire, { min: 2, max: 4 });
      await until(() => crew.up.every(Boolean));
      equal(new Set(await crew.call(4)).size, 4);
      equal(await crew.look(), 1);
      equal(crew.up, [true, true]);
      // RoleEnv is nothing to look for any more.
      equal(await crew.look(), 0);
      equal(crew.up, [true, true]);
      await crew.call(4);
      equal(await crew.look(), 1);
      equal(crew.up, [true, true]);
      await crew.workers.stop();
    }),
  );

  check('one that has only ever got posts is stopped, too', () =>
    timersInHand(IDLE, async (fire) => {
      const crew = new Crew(fire, { min: 0, max: 1 });
      for (const n of upTo(2)) {
        crew.workers.post('news');
        await until(() => crew.posts === n);
        equal(crew.up, [true]);
        equal(await crew.look(), 1);
        equal(crew.up, []);
      }
      equal(crew.started, 2);
      await crew.workers.stop();
    }),
  );

  check('nobody looks for idle ones once the pool is over', () =>
    timersInHand(IDLE, async (fire) => {
      for (const end of ['close', 'stop', 'kill'] as const) {
        const crew = new Crew(fire, { min: 1, max: 2 });
        await crew.call(2);
        void crew.workers[end]();
        await crew.workers.done;
        equal(await crew.look(), 1);
        equal(await crew.look(), 0);
      }
    }),
  );

  check('it has ended once those have that were stopped for being idle', () =>
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
