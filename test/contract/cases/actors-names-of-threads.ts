/** Names for actors in threads of their own. */
import type { WorkerLike } from 'ump-ng';
import {
  register,
  registryPort,
  spawn,
  spawnWorker,
  supervise,
  whenRegistered,
  whereis,
  type SpawnedWorker,
} from 'ump-ng/actors';
import { equal, fails, umpError } from '../assert.js';
import { forCase } from '../kept.js';
import type { Capability, Rig, Task, Thread } from '../rig.js';
import type { Init, Wish } from '../roles/actors.js';
import { theme } from '../theme.js';
import { until } from '../tools.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

type Worker = SpawnedWorker<unknown, Wish, unknown, never, unknown>;

async function started(rig: Rig, init?: Init): Promise<{ thread: Thread; actor: Worker }> {
  const thread = await rig.thread();
  thread.run('act', undefined).result.catch(() => undefined);
  const actor = spawnWorker<unknown, Wish, unknown>(thread.endpoint as WorkerLike, { init });
  forCase(actor.client);
  return { thread, actor };
}

const REAL_DEATHS: readonly Capability[] = ['threads', 'death'];

/** The first of a family, and one that joined it and has started an actor in a third; see roles/actors.ts. */
async function ledFrom(rig: Rig): Promise<{ first: Thread; leader: Task }> {
  const first = await rig.thread();
  const port = (await first.run('begin', undefined).said()) as MessagePort;
  const { port1, port2 } = new MessageChannel();
  (await rig.thread()).run('act', undefined, [port1]);
  const leader = (await rig.thread()).run('lead', undefined, [port, port2]);
  equal(await leader.said(), 'ready');
  return { first, leader };
}

let count = 0;
const fresh = (): string => `of a thread ${String(++count)}`;

export const namesOfThreads = theme('actors: names of threads', (check) => {
  check('an actor in a thread is found by its name', REAL, async (rig) => {
    const name = fresh();
    const { actor } = await started(rig, { says: 'hello' });
    equal(await actor.client.req(['register', name]), name);
    const found = forCase((await whereis<unknown, Wish>(name))!);
    equal(await found.req(['init']), 'hello');
  });

  check('by other threads, too', REAL, async (rig) => {
    const name = fresh();
    const { actor: asks } = await started(rig);
    const answer = asks.client.req(['ask', name]);
    const { actor: asked } = await started(rig, { says: 'from over there' });
    await asked.client.req(['register', name]);
    equal(await answer, 'from over there');
  });

  check('threads find actors of the one that started them', REAL, async (rig) => {
    const name = fresh();
    const { actor } = await started(rig);
    const answer = actor.client.req(['ask', name]);
    const { client } = spawn<unknown, Wish, unknown>({
      req: (_msg, rctx) => {
        rctx.reply('from here');
      },
    });
    await register(name, forCase(client));
    equal(await answer, 'from here');
  });

  check('a name is gone with its thread', REAL, async (rig) => {
    const name = fresh();
    const { thread, actor } = await started(rig);
    await actor.client.req(['register', name]);
    await thread.kill();
    while ((await whereis(name)) !== undefined);
    const { actor: next } = await started(rig, { says: 'next' });
    await next.client.req(['register', name]);
    equal(await forCase((await whereis<unknown, Wish>(name))!).req(['init']), 'next');
  });

  check(
    'while the actor of a name does not react, that can be given up',
    [...REAL, 'stuck threads'],
    async (rig) => {
      // There the ports of a thread that is ended while it computes are never closed: docs/runtimes.md.
      if ('Deno' in globalThis) return;
      const name = fresh();
      const { actor } = await started(rig);
      await actor.client.req(['register', name]);
      const stuck = fails(actor.client.req(['stuck']), 'ServerDisappeared');
      // By another way than that request: it may be answered before the actor is stuck.
      let error: unknown;
      while (error === undefined) {
        const found = await whereis(name, { timeout: 50 }).catch((thrown: unknown) => {
          error = thrown;
        });
        found?.close();
      }
      umpError(error, 'Timeout');
      const { client } = spawn<unknown, Wish, unknown>({
        req: (_msg, rctx) => {
          rctx.reply('in its place');
        },
      });
      forCase(client);
      await fails(register(name, client, { timeout: 1 }), 'Timeout');
      actor.kill();
      await stuck;
      // The call that gave up does not have the name, whenever it becomes free.
      while ((await whereis(name)) !== undefined);
      await register(name, client);
      equal(await forCase((await whereis<unknown, Wish>(name))!).req(['init']), 'in its place');
    },
  );

  check('one that is started again has its name again', REAL, async (rig) => {
    const name = fresh();
    const threads: Thread[] = [];
    const supervisor = supervise({
      named: {
        start: async () => {
          const thread = await rig.thread();
          thread.run('act', undefined).result.catch(() => undefined);
          const says = threads.push(thread);
          return spawnWorker<unknown, Wish, unknown>(thread.endpoint as WorkerLike, {
            init: { says, name },
          });
        },
      },
    });
    const first = forCase(await whenRegistered<unknown, Wish>(name));
    equal(await first.req(['init']), 1);
    await threads[0]!.kill();
    await first.closed;
    const second = forCase(await whenRegistered<unknown, Wish>(name));
    equal(await second.req(['init']), 2);
    await supervisor.stop();
    equal(await whereis(name), undefined);
  });

  check('its register() rejects there, too, where the name is taken', REAL, async (rig) => {
    const name = fresh();
    const { client } = spawn({});
    await register(name, forCase(client));
    const { actor } = await started(rig);
    const { cause } = await fails(actor.client.req(['register', name]), 'HandlerFailed');
    equal((cause as { code?: unknown }).code, 'App');
    equal((cause as { appError?: unknown }).appError, { reason: 'name taken', name });
  });

  check('any thread can join by a port', ['threads', 'death'], async (rig) => {
    const name = fresh();
    const thread = await rig.thread();
    const task = thread.run('join', name, [await registryPort()]);
    const found = forCase(await whenRegistered<unknown, string, string>(name));
    equal(await found.req('who is this?'), `this is ${name}`);
    equal(await task.said(), 'registered');
    await thread.kill();
    await found.closed;
    while ((await whereis(name)) !== undefined);
  });

  check(
    'a thread whose family has lost its first may join another',
    ['threads', 'death'],
    async (rig) => {
      const name = fresh();
      const first = await rig.thread();
      const port = (await first.run('begin', undefined).said()) as MessagePort;
      const thread = await rig.thread();
      const task = thread.run('join', name, [port]);
      equal(await task.said(), 'registered');
      equal(await whereis(name), undefined);
      await first.kill();
      const next = await registryPort();
      task.tell(next, [next]);
      equal(await task.said(), 'registered again');
      equal(await forCase((await whereis<unknown, string>(name))!).req('?'), `this is ${name}`);
    },
  );

  check('a family that has lost its first: who asks then', REAL_DEATHS, async (rig) => {
    const { first, leader } = await ledFrom(rig);
    await first.kill();
    leader.tell(undefined);
    equal(await leader.said(), 'ready');
    for (const wish of ['register', 'ask'] as const) {
      leader.tell([wish, fresh()]);
      equal(await leader.said(), 'ServerDisappeared');
      equal(await leader.said(), 'ready');
    }
  });

  check('who had asked before, and who waits for a name', REAL_DEATHS, async (rig) => {
    const { first, leader } = await ledFrom(rig);
    leader.tell(['register', fresh()]);
    equal(await leader.said(), undefined);
    equal(await leader.said(), 'ready');
    leader.tell(['ask', fresh()]);
    await first.kill();
    equal(await leader.said(), 'ServerDisappeared');
    equal(await leader.said(), 'ready');
    leader.tell(['register', fresh()]);
    equal(await leader.said(), 'ServerDisappeared');
  });

  check('looking for a name before anybody started the thread', REAL, async (rig) => {
    const name = fresh();
    const posts: string[] = [];
    const { client, done } = spawn<string, never, never>({ post: (text) => void posts.push(text) });
    await register(name, client);
    const thread = await rig.thread();
    const task = thread.run('search', name);
    equal(await task.said(), 'Timeout');
    equal(await task.said(), 'Aborted');
    const actor = spawnWorker(thread.endpoint as WorkerLike);
    await until(() => posts.length === 1);
    // Nothing is left of what was given up.
    client.close();
    await done;
    actor.client.close();
    await actor.done;
  });

  check('what is asked of a thread that has gone is given up', REAL, async (rig) => {
    const name = fresh();
    const { actor } = await started(rig);
    const pending = fails(actor.client.req(['ask', name]), 'ServerDisappeared');
    while ((await actor.stats()).inFlight === 0);
    actor.kill();
    await pending;
    // Nothing of it is left: the next one of that name has no other client.
    const { client, done } = spawn({});
    await register(name, client);
    client.close();
    await done;
  });
});
