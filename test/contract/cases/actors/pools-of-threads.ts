/** Pools of actors in threads of their own. */
import type { WorkerLike } from 'ump-ng';
import {
  pool,
  spawnWorker,
  supervise,
  type Pool,
  type PoolOptions,
  type SpawnedWorker,
} from 'ump-ng/actors';
import { equal, fails, ok } from '../../assertions.js';
import type { Capability, Rig, Thread } from '../../rig.js';
import type { ActorCommand } from '../../roles/actors.js';
import { theme } from '../../suite-dsl.js';
import { BUSY_WAYS, computeInPieces, turn, until, upTo } from '../../utilities.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

/** Workers are started again at once. */
const OFTEN = { backoff: { initial: 0 } };

type AnyPool = Pool<unknown, ActorCommand>;

async function made(
  rig: Rig,
  options: PoolOptions,
): Promise<{ threads: Thread[]; workers: AnyPool }> {
  const threads: Thread[] = [];
  const workers: AnyPool = pool(async () => {
    const thread = await rig.thread();
    thread.run('serveActor', undefined).result.catch(() => undefined);
    const says = threads.push(thread);
    return spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike, {
      init: { says },
    });
  }, options);
  const heard = await workers.reqAll(['init']);
  equal(
    heard.map((result) => result.ok),
    threads.map(() => true),
  );
  return { threads, workers };
}

export const poolsOfThreads = theme('actors: pools of threads', (check) => {
  check('calls are spread over the threads', REAL, async (rig) => {
    const { workers } = await made(rig, { size: 2, prefetchMs: 0 });
    const calls = upTo(2).map(() => workers.req(['hold']));
    await until(() => workers.stats.workers.every(({ pending }) => pending === 1));
    // Every worker answers the calls that it holds.
    await workers.reqAll(['release', 'done']);
    equal(await Promise.all(calls), ['done', 'done']);
    await workers.stop();
  });

  const ends: Record<string, (workers: AnyPool) => unknown> = {
    'stop()': (workers) => workers.stop(),
    'kill()': (workers) => workers.kill(),
    'close()': (workers) => workers.close(),
  };
  for (const [how, end] of Object.entries(ends)) {
    check(`the threads of a pool have ended when done fulfils after ${how}`, REAL, async (rig) => {
      const { threads, workers } = await made(rig, { size: 2 });
      await Promise.all([end(workers), workers.done]);
      equal(
        threads.map(({ hasEnded }) => hasEnded?.() ?? true),
        [true, true],
      );
    });

    check(
      `threads that were still starting have ended when done fulfils after ${how}`,
      REAL,
      async (rig) => {
        const thread = await rig.thread();
        thread.run('serveActor', undefined).result.catch(() => undefined);
        const workers = pool(
          () => spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike),
          { size: 1 },
        );
        await Promise.all([end(workers), workers.done]);
        equal(thread.hasEnded?.() ?? true, true);
      },
    );
  }

  for (const how of ['stop', 'kill'] as const) {
    check(
      `the threads of a supervisor have ended when done fulfils after ${how}()`,
      REAL,
      async (rig) => {
        const thread = await rig.thread();
        thread.run('serveActor', undefined).result.catch(() => undefined);
        const supervisor = supervise({
          a: {
            start: () => spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike),
          },
        });
        await supervisor.children.a.req(['init']);
        await Promise.all([supervisor[how](), supervisor.done]);
        equal(thread.hasEnded?.() ?? true, true);
      },
    );
  }

  check('a buffer is transferred to a worker', REAL, async (rig) => {
    const { workers } = await made(rig, { size: 1 });
    const buffer = new ArrayBuffer(8);
    const { cause } = await fails(
      workers.req(['throw', buffer], { transfer: [buffer] }),
      'HandlerFailed',
    );
    equal(buffer.byteLength, 0);
    equal((cause as { detail?: unknown }).detail, new ArrayBuffer(8));
    await workers.stop();
  });

  check(
    'a worker that does not react to a cancellation is replaced',
    [...REAL, 'stuck threads'],
    async (rig) => {
      // This restart does not count towards the intensity.
      const never = { intensity: { restarts: 0, within: 1000 } };
      const { workers } = await made(rig, { size: 1, prefetchMs: 0, ...never });
      equal(await workers.req(['init']), 1);
      await fails(workers.req(['stuck'], { timeout: 1, killAfter: 50 }), 'Timeout');
      const next = await workers.req(['init'], { idempotent: 9 });
      ok(next !== 1, 'it is the same thread');
      await workers.stop();
    },
  );

  check(
    'no call is sent to a worker that may still be busy with a cancelled call',
    [...REAL, 'stuck threads'],
    async (rig) => {
      const { workers } = await made(rig, { size: 2, prefetchMs: 0, ...OFTEN });
      await fails(workers.req(['stuck'], { timeout: 1, killAfter: 200 }), 'Timeout');
      // Neither the request nor its cancellation makes the worker free.
      equal(workers.stats.pending, 1);
      const answers = await Promise.all(upTo(3).map(() => workers.req(['init'])));
      equal(new Set(answers).size, 1);
      await until(() => workers.stats.pending === 0);
      await workers.stop();
    },
  );

  check(
    'a worker that does not react is replaced while the pool is being stopped',
    [...REAL, 'stuck threads'],
    async (rig) => {
      // The stuck worker never ends by itself.
      const { workers } = await made(rig, { size: 1, shutdown: 2 ** 30 });
      const call = fails(workers.req(['stuck'], { timeout: 50, killAfter: 50 }), 'Timeout');
      const stopped = workers.stop();
      await call;
      await stopped;
    },
  );

  check(
    'a worker of a supervised pool that does not react is replaced',
    [...REAL, 'stuck threads'],
    async (rig) => {
      const supervisor = supervise({
        workers: {
          start: async () => {
            const { workers } = await made(rig, { size: 1, ...OFTEN });
            return {
              client: workers,
              done: workers.done,
              stop: () => workers.stop(),
              kill: () => {
                workers.kill();
              },
            };
          },
        },
      });
      const { workers } = supervisor.children;
      equal(await workers.req(['init']), 1);
      await fails(workers.req(['stuck'], { timeout: 1, killAfter: 50 }), 'Timeout');
      equal(await workers.req(['init'], { idempotent: 9 }), 2);
      await supervisor.stop();
    },
  );

  check('a worker that reacts to a cancellation is kept', REAL, async (rig) => {
    const { workers } = await made(rig, { size: 1, prefetchMs: Infinity, ...OFTEN });
    const controller = new AbortController();
    const { signal } = controller;
    const call = fails(workers.req(['hold'], { signal, killAfter: 2000 }), 'Aborted');
    equal(await workers.req(['init']), 1);
    controller.abort();
    await call;
    equal(await workers.req(['init']), 1);
    equal(workers.stats.workers[0]!.restarts, 0);
    equal(workers.stats.pending, 0);
    await workers.stop();
  });

  check('a worker that reacts is kept while its caller is busy', REAL, async (rig) => {
    const { workers } = await made(rig, { size: 1, prefetchMs: Infinity, ...OFTEN });
    // On a busy machine WebKit takes up to 100 ms for the messages that ask an idle worker.
    const killAfter = 250;
    for (const [pieces, periods] of BUSY_WAYS) {
      const controller = new AbortController();
      const { signal } = controller;
      const calls = upTo(3).map(() =>
        fails(workers.req(['hold'], { signal, killAfter }), 'Aborted'),
      );
      equal(await workers.req(['init']), 1);
      controller.abort();
      await computeInPieces(pieces, periods * killAfter);
      await Promise.all(calls);
      equal(await workers.req(['init']), 1);
    }
    equal(workers.stats.workers[0]!.restarts, 0);
    await workers.stop();
  });

  check(
    'a stuck worker is found while its caller is busy',
    [...REAL, 'stuck threads'],
    async (rig) => {
      // On a busy machine a worker that starts may need more than 100 ms to answer a heartbeat.
      for (const heartbeat of [undefined, 250]) {
        const workers: AnyPool = pool(
          async () => {
            const thread = await rig.thread();
            thread.run('serveActor', undefined).result.catch(() => undefined);
            const way = thread.endpoint as WorkerLike;
            return spawnWorker<unknown, ActorCommand, unknown>(way, { heartbeat });
          },
          { size: 1, ...OFTEN },
        );
        await workers.ready();
        const over = { value: false };
        const call = workers
          // With a shorter timeout, a busy machine may cancel the request before it is handled.
          .tryReq(['stuck'], heartbeat === undefined ? { timeout: 250, killAfter: 20 } : {})
          .then(async (result) => {
            equal(!result.ok && result.error.code, heartbeat ? 'ServerDisappeared' : 'Timeout');
            await workers.req(['init'], { idempotent: 9 });
            over.value = true;
          });
        while (!over.value) await computeInPieces(1, 60);
        await call;
        // On a busy machine its successor may miss a heartbeat, too.
        ok(workers.stats.workers[0]!.restarts > 0, 'the worker was not replaced');
        await workers.stop();
      }
    },
  );

  check('an idempotent call is not sent again once the pool has been killed', REAL, async (rig) => {
    const { workers } = await made(rig, { size: 1, prefetchMs: Infinity });
    const pending = fails(workers.req(['hold'], { idempotent: 9 }), 'ServerDisappeared');
    await workers.req(['init']);
    workers.kill();
    await pending;
    await workers.done;
  });

  check('after close() an idempotent call is sent again, up to its limit', REAL, async (rig) => {
    const actors: SpawnedWorker<unknown, ActorCommand, unknown, never, unknown>[] = [];
    const threads: Thread[] = [];
    const workers: AnyPool = pool(
      async () => {
        const thread = await rig.thread();
        thread.run('serveActor', undefined).result.catch(() => undefined);
        const actor = spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike);
        threads.push(thread);
        actors.push(actor);
        return actor;
      },
      { size: 1, prefetchMs: Infinity },
    );
    const twice = workers.req(['hold'], { idempotent: 2 });
    const once = fails(workers.req(['hold'], { idempotent: 1 }), 'ServerDisappeared');
    workers.close();
    for (const [at, pending] of [2, 2, 1].entries()) {
      await until(() => actors.length === at + 1 && workers.stats.pending === pending);
      await actors[at]!.client.connected;
      if (pending === 2) await threads[at]!.kill();
    }
    await once;
    equal(await actors[2]!.client.req(['release', 'the third']), 'the third');
    equal(await twice, 'the third');
    await workers.done;
  });

  check('every call settles though workers are killed under load', REAL, async (rig) => {
    const { threads, workers } = await made(rig, { size: 2, ...OFTEN });
    const outcomes = { again: [] as unknown[], once: [] as unknown[] };
    const done = { value: false };
    const calling = upTo(20).map(async () => {
      while (!done.value) {
        outcomes.again.push((await workers.tryReq(['init'], { idempotent: 1000 })).ok);
        const once = await workers.tryReq(['init']);
        outcomes.once.push(once.ok || once.error.code);
        await turn();
      }
    });
    // On platforms without `early exits`, a thread must have sent a message before it is killed.
    const heard = async (): Promise<void> => {
      while ((await workers.req(['init'], { idempotent: 1000 })) !== threads.length) await turn();
    };
    for (let n = 0; n < 5; n++) {
      await heard();
      const newest = threads.length;
      const before = outcomes.again.length;
      await until(() => outcomes.again.length > before + 20);
      await threads[newest - 1]!.kill();
      await until(() => threads.length > newest);
    }
    await heard();
    done.value = true;
    await Promise.all(calling);
    ok(outcomes.again.every(Boolean), 'an idempotent call has failed');
    const others = outcomes.once.filter((code) => code !== true && code !== 'ServerDisappeared');
    equal(others, []);
    await workers.stop();
  });
});
