/** Names of actors in threads of one registry group. */
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
import { equal, fails, umpError } from '../../assertions.js';
import { closeAtEnd } from '../../keep-until-end.js';
import type { Capability, Rig, Task, Thread } from '../../rig.js';
import type { Init, ActorCommand } from '../../roles/actors.js';
import { theme } from '../../suite-dsl.js';
import { until } from '../../utilities.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

type Worker = SpawnedWorker<unknown, ActorCommand, unknown, never, unknown>;

async function started(rig: Rig, init?: Init): Promise<{ thread: Thread; actor: Worker }> {
  const thread = await rig.thread();
  thread.run('serveActor', undefined).result.catch(() => undefined);
  const actor = spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike, {
    init,
  });
  closeAtEnd(actor.client);
  return { thread, actor };
}

const REAL_DEATHS: readonly Capability[] = ['threads', 'death'];

/**
 * The thread with the registry, and one that joined it and spawned an actor in a third; see
 * roles/actors.ts.
 */
async function ledFrom(rig: Rig): Promise<{ first: Thread; leader: Task }> {
  const first = await rig.thread();
  const port = (await first.run('shareRegistry', undefined).nextMessage()) as MessagePort;
  const { port1, port2 } = new MessageChannel();
  (await rig.thread()).run('serveActor', undefined, [port1]);
  const leader = (await rig.thread()).run('joinAndSpawn', undefined, [port, port2]);
  equal(await leader.nextMessage(), 'ready');
  return { first, leader };
}

let count = 0;
const fresh = (): string => `of a thread ${String(++count)}`;

export const namesOfThreads = theme('actors: registry groups', (check) => {
  check('an actor in a thread is found by its name', REAL, async (rig) => {
    const name = fresh();
    const { actor } = await started(rig, { says: 'hello' });
    equal(await actor.client.req(['register', name]), name);
    const found = closeAtEnd((await whereis<unknown, ActorCommand>(name))!);
    equal(await found.req(['init']), 'hello');
  });

  check('an actor in a thread is found by other threads', REAL, async (rig) => {
    const name = fresh();
    const { actor: asks } = await started(rig);
    const answer = asks.client.req(['ask', name]);
    const { actor: asked } = await started(rig, { says: 'from over there' });
    await asked.client.req(['register', name]);
    equal(await answer, 'from over there');
  });

  check('threads find actors of their parent', REAL, async (rig) => {
    const name = fresh();
    const { actor } = await started(rig);
    const answer = actor.client.req(['ask', name]);
    const { client } = spawn<unknown, ActorCommand, unknown>({
      req: (_msg, rctx) => {
        rctx.reply('from here');
      },
    });
    await register(name, closeAtEnd(client));
    equal(await answer, 'from here');
  });

  check('a name is free after the death of its thread', REAL, async (rig) => {
    const name = fresh();
    const { thread, actor } = await started(rig);
    await actor.client.req(['register', name]);
    await thread.kill();
    while ((await whereis(name)) !== undefined);
    const { actor: next } = await started(rig, { says: 'next' });
    await next.client.req(['register', name]);
    equal(await closeAtEnd((await whereis<unknown, ActorCommand>(name))!).req(['init']), 'next');
  });

  check(
    'register() can be cancelled while the owner of the name is stuck',
    [...REAL, 'stuck threads'],
    async (rig) => {
      // There the ports of a thread that is ended while it is stuck are never closed:
      // docs/runtimes.md.
      if ('Deno' in globalThis) return;
      const name = fresh();
      const { actor } = await started(rig);
      await actor.client.req(['register', name]);
      const stuck = fails(actor.client.req(['stuck']), 'ServerDisappeared');
      // By another connection than that of the request, whose reply may come before the actor is
      // stuck.
      let error: unknown;
      while (error === undefined) {
        const found = await whereis(name, { timeout: 50 }).catch((thrown: unknown) => {
          error = thrown;
        });
        found?.close();
      }
      umpError(error, 'Timeout');
      const { client } = spawn<unknown, ActorCommand, unknown>({
        req: (_msg, rctx) => {
          rctx.reply('in its place');
        },
      });
      closeAtEnd(client);
      await fails(register(name, client, { timeout: 1 }), 'Timeout');
      actor.kill();
      await stuck;
      // The cancelled register() does not get the name when it becomes free.
      while ((await whereis(name)) !== undefined);
      await register(name, client);
      equal(
        await closeAtEnd((await whereis<unknown, ActorCommand>(name))!).req(['init']),
        'in its place',
      );
    },
  );

  check('an actor that is restarted has its name again', REAL, async (rig) => {
    const name = fresh();
    const threads: Thread[] = [];
    const supervisor = supervise({
      named: {
        start: async () => {
          const thread = await rig.thread();
          thread.run('serveActor', undefined).result.catch(() => undefined);
          const says = threads.push(thread);
          return spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike, {
            init: { says, name },
          });
        },
      },
    });
    const first = closeAtEnd(await whenRegistered<unknown, ActorCommand>(name));
    equal(await first.req(['init']), 1);
    await threads[0]!.kill();
    await first.closed;
    const second = closeAtEnd(await whenRegistered<unknown, ActorCommand>(name));
    equal(await second.req(['init']), 2);
    // A worker ends when it has no clients, or else after the time for its shutdown.
    second.close();
    await supervisor.stop();
    equal(await whereis(name), undefined);
  });

  check('register() in a thread rejects if the name is taken', REAL, async (rig) => {
    const name = fresh();
    const { client } = spawn({});
    await register(name, closeAtEnd(client));
    const { actor } = await started(rig);
    const { cause } = await fails(actor.client.req(['register', name]), 'HandlerFailed');
    equal((cause as { code?: unknown }).code, 'App');
    equal((cause as { appError?: unknown }).appError, { reason: 'name taken', name });
  });

  check('any thread can join by a registry port', ['threads', 'death'], async (rig) => {
    const name = fresh();
    const thread = await rig.thread();
    const task = thread.run('joinAndRegister', name, [await registryPort()]);
    const found = closeAtEnd(await whenRegistered<unknown, string, string>(name));
    equal(await found.req('who is this?'), `this is ${name}`);
    equal(await task.nextMessage(), 'registered');
    await thread.kill();
    await found.closed;
    while ((await whereis(name)) !== undefined);
  });

  check(
    'a thread whose registry has died can join another group',
    ['threads', 'death'],
    async (rig) => {
      const name = fresh();
      const first = await rig.thread();
      const port = (await first.run('shareRegistry', undefined).nextMessage()) as MessagePort;
      const thread = await rig.thread();
      const task = thread.run('joinAndRegister', name, [port]);
      equal(await task.nextMessage(), 'registered');
      equal(await whereis(name), undefined);
      await first.kill();
      const next = await registryPort();
      task.send(next, [next]);
      equal(await task.nextMessage(), 'registered again');
      equal(await closeAtEnd((await whereis<unknown, string>(name))!).req('?'), `this is ${name}`);
    },
  );

  check('calls after the registry has died fail', REAL_DEATHS, async (rig) => {
    const { first, leader } = await ledFrom(rig);
    await first.kill();
    leader.send(undefined);
    equal(await leader.nextMessage(), 'ready');
    for (const command of ['register', 'ask'] as const) {
      leader.send([command, fresh()]);
      equal(await leader.nextMessage(), 'ServerDisappeared');
      equal(await leader.nextMessage(), 'ready');
    }
  });

  check('calls that are pending when the registry dies fail', REAL_DEATHS, async (rig) => {
    const { first, leader } = await ledFrom(rig);
    leader.send(['register', fresh()]);
    equal(await leader.nextMessage(), undefined);
    equal(await leader.nextMessage(), 'ready');
    leader.send(['ask', fresh()]);
    await first.kill();
    equal(await leader.nextMessage(), 'ServerDisappeared');
    equal(await leader.nextMessage(), 'ready');
    leader.send(['register', fresh()]);
    equal(await leader.nextMessage(), 'ServerDisappeared');
  });

  check('a name can be looked up before the thread was started', REAL, async (rig) => {
    const name = fresh();
    const posts: string[] = [];
    const { client, done } = spawn<string, never, never>({ post: (text) => void posts.push(text) });
    await register(name, client);
    const thread = await rig.thread();
    const task = thread.run('lookUpName', name);
    equal(await task.nextMessage(), 'Timeout');
    equal(await task.nextMessage(), 'Aborted');
    const actor = spawnWorker(thread.endpoint as WorkerLike);
    await until(() => posts.length === 1);
    // Nothing is left of the cancelled lookups.
    client.close();
    await done;
    actor.client.close();
    await actor.done;
  });

  check('lookups by a thread that died are cancelled', REAL, async (rig) => {
    const name = fresh();
    const { actor } = await started(rig);
    const pending = fails(actor.client.req(['ask', name]), 'ServerDisappeared');
    while ((await actor.stats()).inFlight === 0);
    actor.kill();
    await pending;
    // Nothing is left of it: the next actor of that name has no other client.
    const { client, done } = spawn({});
    await register(name, client);
    client.close();
    await done;
  });
});
