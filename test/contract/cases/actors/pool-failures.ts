/** Pools whose workers fail, in one thread and in threads. */
import type { ReplyContext, WorkerLike } from 'ump-ng';
import { pool, spawn, spawnWorker, type Pool, type SupervisorEvent } from 'ump-ng/actors';
import { equal, fails, ok } from '../../assertions.js';
import { isPending } from '../../in-process-pair.js';
import type { Capability } from '../../rig.js';
import type { ActorCommand, Init } from '../../roles/actors.js';
import { theme } from '../../suite-dsl.js';
import { Gate, until, upTo } from '../../utilities.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

type Command = 'who' | 'crash';

/** An actor that replies its number, or fails. */
const crashing = (number: number) =>
  spawn<never, Command, number>(
    {
      req: (command, rctx) => {
        if (command === 'crash') throw new Error(`${String(number)} crashed`);
        rctx.reply(number);
      },
    },
    {
      onError: (error) => {
        throw error;
      },
    },
  );

/** While `run` runs, timers of these lengths fire in the next turn of the event loop. */
async function withShortTimers(
  lengths: readonly number[],
  run: () => Promise<void>,
): Promise<void> {
  const set = globalThis.setTimeout;
  const own = (call: () => void, ms?: number): unknown =>
    set(call, lengths.includes(ms ?? 0) ? 0 : ms);
  globalThis.setTimeout = own as typeof setTimeout;
  try {
    await run();
  } finally {
    globalThis.setTimeout = set;
  }
}

export const poolFailures = theme('actors: pools whose workers fail', (check) => {
  check('a pool survives any number of crashes', async () => {
    let started = 0;
    const workers = pool(() => crashing(++started), { size: 1, backoff: { initial: 0 } });
    for (const number of upTo(20)) {
      equal(await workers.req('who', { idempotent: 1 }), number);
      await fails(workers.req('crash'), 'HandlerFailed');
    }
    equal(await workers.req('who', { idempotent: 1 }), 21);
    await workers.stop();
    await workers.done;
  });

  check('the pauses before restarts are 0, 50, 100, 200 ms and so on', async () => {
    const pauses = [50, 100, 200, 400, 800];
    await withShortTimers(pauses, async () => {
      const events: SupervisorEvent[] = [];
      let started = 0;
      const workers = pool(() => crashing(++started), {
        size: 1,
        onEvent: (event) => events.push(event),
      });
      for (const number of upTo(6)) {
        equal(await workers.req('who', { idempotent: 1 }), number);
        await fails(workers.req('crash'), 'HandlerFailed');
      }
      equal(await workers.req('who', { idempotent: 1 }), 7);
      equal(
        events.flatMap((event) => (event.type === 'restarting' ? [event.after] : [])),
        [0, ...pauses],
      );
      await workers.stop();
    });
  });

  check('a place that keeps failing does not hold up the others', async () => {
    let tries = 0;
    const workers = pool(
      () => {
        if (++tries > 1) throw new Error('no second worker');
        return crashing(1);
      },
      { size: 2, prefetchMs: 0, backoff: { initial: 0 } },
    );
    equal(await workers.req('who'), 1);
    await until(() => tries > 10);
    equal(await Promise.all(upTo(3).map(() => workers.req('who'))), [1, 1, 1]);
    equal(await isPending(workers.done), true);
    await workers.stop();
  });

  const failingStarts: Record<string, (number: number) => ReturnType<typeof crashing>> = {
    'whose start throws': (number) => {
      throw new Error(`no worker ${String(number)}`);
    },
    'whose factory throws': (number) =>
      spawn<never, Command, number>(() => {
        throw new Error(`no worker ${String(number)}`);
      }),
    'whose init() throws': (number) =>
      spawn<never, Command, number>({
        init: () => {
          throw new Error(`no worker ${String(number)}`);
        },
      }),
  };
  for (const [which, start] of Object.entries(failingStarts)) {
    check(`a pool ${which} gives up after three tries, with the last cause`, async () => {
      let tries = 0;
      const events: string[] = [];
      const workers = pool(() => start(++tries), {
        size: 1,
        onEvent: ({ type }) => events.push(type),
      });
      const waiting = fails(workers.req('who'), 'ServerDisappeared');
      for (const error of [await fails(workers.done, 'ServerDisappeared'), await waiting]) {
        equal((error.cause as Error).message, 'no worker 3');
      }
      equal(tries, 3);
      equal(events.at(-1), 'gave up');
      ok(!events.includes('started'), events.join());
      await fails(workers.req('who'), 'ServerDisappeared');
    });
  }

  check('a pool that had a worker does not give up when no worker starts any more', async () => {
    let tries = 0;
    const workers = pool(
      () => {
        if (++tries > 1 && tries < 10) throw new Error('not now');
        return crashing(tries);
      },
      { size: 1, backoff: { initial: 0 } },
    );
    await fails(workers.req('crash'), 'HandlerFailed');
    equal(await workers.req('who'), 10);
    await workers.stop();
  });

  check('calls wait in the queue until a worker has started', async () => {
    const begin = new Gate();
    const got: string[] = [];
    const workers: Pool<string, string, number> = pool(
      () =>
        spawn(async () => {
          await begin.opened;
          return {
            post: (text: string) => void got.push(text),
            req: (_msg: string, rctx: ReplyContext<number>) => {
              rctx.reply(1);
            },
          };
        }),
      { size: 1 },
    );
    workers.post('first');
    const call = workers.req('who');
    await fails(workers.req('late', { timeout: 1 }), 'Timeout');
    const { waiting, pending, workers: each } = workers.stats;
    equal([waiting, pending, each[0]!.up], [2, 0, false]);
    begin.open();
    equal(await call, 1);
    equal(got, ['first']);
    await workers.stop();
  });

  check(
    'a pool of threads that do not load gives up, with the cause',
    [...REAL, 'load failures'],
    async (rig) => {
      let tries = 0;
      const workers = pool(
        () => {
          tries++;
          return spawnWorker<never, number, number>(rig.unloadable() as WorkerLike);
        },
        { size: 1, onEvent: () => undefined },
      );
      const waiting = fails(workers.req(1), 'ServerDisappeared');
      const error = await fails(workers.done, 'ServerDisappeared');
      equal((error.cause as { code?: string }).code, 'ServerDisappeared');
      await waiting;
      equal(tries, 3);
    },
  );

  check('`started` of an actor in a thread', REAL, async (rig) => {
    const started = async (init?: Init) => {
      const thread = await rig.thread();
      thread.run('serveActor', undefined).result.catch(() => undefined);
      return spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike, { init });
    };
    const actor = await started();
    await actor.started;
    actor.client.close();
    await actor.done;
    await actor.started;
    for (const part of ['making', 'init'] as const) {
      const failing = await started({ fails: part });
      const { cause } = await fails(failing.started, 'HandlerFailed');
      equal((cause as Error).message, `${part} failed`);
      await fails(failing.done, 'HandlerFailed');
    }
    const killed = await started();
    const settled = fails(killed.started, 'ServerDisappeared');
    killed.kill();
    await settled;
  });
});
