/** Actors in threads of their own. */
import { spawnWorker, type SpawnedWorker } from 'ump-ng/actors';
import type { WorkerLike } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { closeAtEnd } from '../../keep-until-end.js';
import { connectTo } from '../../in-process-pair.js';
import type { Capability, Rig, Thread } from '../../rig.js';
import type { Init, ActorCommand } from '../../roles/actors.js';
import { theme } from '../../suite-dsl.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

interface Started {
  thread: Thread;
  actor: SpawnedWorker<unknown, ActorCommand, unknown, never, unknown>;
}

async function start(
  rig: Rig,
  init?: Init,
  transfer: readonly object[] = [],
  shutdown?: number,
): Promise<Started> {
  const thread = await rig.thread();
  thread.run('serveActor', undefined).result.catch(() => undefined);
  const actor = spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike, {
    init,
    transfer,
    shutdown,
  });
  closeAtEnd(actor.client);
  return { thread, actor };
}

export const actorThreads = theme('actors: threads', (check) => {
  check('an actor in a thread gets its init value', REAL, async (rig) => {
    const says = new ArrayBuffer(8);
    const { actor } = await start(rig, { says }, [says]);
    equal(says.byteLength, 0);
    equal(await actor.client.req(['init']), new ArrayBuffer(8));
  });

  check('done is the value of stop()', REAL, async (rig) => {
    const { actor } = await start(rig);
    equal(await actor.client.req(['stop', { sum: 42 }]), 'stopping');
    equal(await actor.done, { sum: 42 });
  });

  check('the thread of an actor ends with the actor', [...REAL, 'endless threads'], async (rig) => {
    const { thread, actor } = await start(rig);
    actor.client.close();
    await actor.done;
    // This name was never used there, so only the end of the thread rejects the call.
    await fails(connectTo(thread, { name: 'other' }).req(1), 'ServerDisappeared');
  });

  const ends: Record<string, (started: Started) => unknown> = {
    'by itself': ({ actor }) => actor.client.close(),
    'and was stopped': ({ actor }) => actor.client.tryReq(['stop']),
    'and was killed': ({ actor }) => actor.kill(),
    'and was killed at once': ({ actor }) => actor.kill(),
  };
  for (const [how, end] of Object.entries(ends)) {
    check(`the thread has ended when done settles, if it ended ${how}`, REAL, async (rig) => {
      const started = await start(rig);
      if (!how.endsWith('at once')) await started.actor.client.req(['init']);
      void end(started);
      await started.actor.done.catch(() => undefined);
      equal(started.thread.hasEnded?.() ?? true, true);
    });
  }

  for (const part of ['making', 'init', 'term'] as const) {
    check(`the thread has ended when done settles, if ${part} failed`, REAL, async (rig) => {
      const { thread, actor } = await start(rig, { fails: part });
      const call = actor.client.tryReq(['init']);
      if (part === 'term') actor.client.close();
      await fails(actor.done, 'HandlerFailed');
      const result = await call;
      // term() runs when all calls have finished.
      if (part !== 'term') {
        const error = result.ok ? undefined : result.error;
        equal(error?.code, 'ServerDisappeared');
        equal((error?.cause as Error).message, `${part} failed`);
      }
      equal(thread.hasEnded?.() ?? true, true);
    });
  }

  check(
    'a thread that does not end by itself is terminated after `shutdown`',
    REAL,
    async (rig) => {
      const { thread, actor } = await start(rig, { lingers: true }, [], 1);
      equal(await actor.client.req(['stop', 'enough']), 'stopping');
      equal(await actor.done, 'enough');
      equal(thread.hasEnded?.() ?? true, true);
    },
  );

  check('an invalid `shutdown` is refused', REAL, async (rig) => {
    const { endpoint } = await rig.thread();
    throws(() => spawnWorker(endpoint as WorkerLike, { shutdown: -1 }), 'InvalidArgument');
  });

  check('an actor in a thread ends with its last client', REAL, async (rig) => {
    const { actor } = await start(rig);
    const clone = actor.client.clone();
    actor.client.close();
    equal(await clone.req(['init']), undefined);
    clone.close();
    equal(await actor.done, undefined);
  });

  check('an error of a handler reaches the caller, and the actor continues', REAL, async (rig) => {
    const { actor } = await start(rig, { says: 'still here' });
    const { cause } = await fails(actor.client.req(['throw', [1]]), 'HandlerFailed');
    const { name, message, detail } = cause as Error & { detail: unknown };
    equal([name, message, detail], ['RangeError', 'as asked', [1]]);
    equal(await actor.client.req(['init']), 'still here');
  });

  for (const part of ['making', 'init', 'term'] as const) {
    check(`done rejects with the error of ${part}`, REAL, async (rig) => {
      const { actor } = await start(rig, { fails: part });
      actor.client.close();
      const { cause } = await fails(actor.done, 'HandlerFailed');
      equal((cause as Error).message, `${part} failed`);
    });
  }

  check('kill() ends the thread at once', REAL, async (rig) => {
    const { actor } = await start(rig);
    const held = fails(actor.client.req(['hold']), 'ServerDisappeared');
    await actor.client.req(['init']);
    const done = fails(actor.done, 'ServerDisappeared');
    actor.kill();
    await Promise.all([held, done]);
    await fails(actor.client.req(['init']), 'ServerDisappeared');
  });

  check('done rejects when the thread exits', [...REAL, 'early exits'], async (rig) => {
    const { actor } = await start(rig);
    const pending = fails(actor.client.req(['exit']), 'ServerDisappeared');
    await fails(actor.done, 'ServerDisappeared');
    await pending;
  });

  check('done rejects when the thread fails to load', [...REAL, 'load failures'], async (rig) => {
    const { client, done } = spawnWorker(rig.unloadable() as WorkerLike);
    const called = fails(closeAtEnd(client).req(1), 'ServerDisappeared');
    await fails(done, 'ServerDisappeared');
    await called;
  });

  check(
    'connect() to the thread of an actor fails with a hint at spawnWorker()',
    REAL,
    async (rig) => {
      const thread = await rig.thread();
      const early = connectTo(thread);
      thread.run('serveActor', undefined);
      const late = connectTo(thread);
      for (const client of [early, late]) {
        const { message } = await fails(client.req(1), 'NotSupported');
        ok(message.includes('spawnWorker()'), message);
      }
      const actor = spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike, {
        init: { says: 'started' },
      });
      equal(await closeAtEnd(actor.client).req(['init']), 'started');
    },
  );

  check('connect() makes further clients of a spawned actor', REAL, async (rig) => {
    const { thread, actor } = await start(rig, { says: 'shared' });
    // Its server offers no lanes.
    const other = connectTo(thread, { lane: undefined });
    equal(await other.req(['init']), 'shared');
    actor.client.close();
    equal(await connectTo(thread, { lane: undefined }).req(['init']), 'shared');
    equal(await other.req(['stop', 1]), 'stopping');
    equal(await actor.done, 1);
  });

  check(
    'spawnWorker() of a thread that calls listen() fails with a hint at serveWorker()',
    REAL,
    async (rig) => {
      for (const closesAtOnce of [false, true]) {
        const thread = await rig.thread();
        thread.run('serve', {}).result.catch(() => undefined);
        const { client, done } = spawnWorker(thread.endpoint as WorkerLike);
        const called = closesAtOnce ? undefined : fails(client.req(1), 'NotSupported');
        if (closesAtOnce) client.close();
        const { message } = await fails(done, 'NotSupported');
        ok(message.includes('serveWorker()'), message);
        await called;
      }
    },
  );

  check('values that are no worker are refused', () => {
    for (const none of [7, {}, null, undefined]) {
      throws(() => spawnWorker(none as never), 'InvalidArgument');
    }
    return Promise.resolve();
  });

  check('a thread that does not serve in time is ended', REAL, async (rig) => {
    const thread = await rig.thread();
    const { client, done } = spawnWorker(thread.endpoint as WorkerLike, { timeout: 1 });
    const called = fails(closeAtEnd(client).req(1), 'Timeout');
    await fails(done, 'Timeout');
    await called;
    // This name was never used there, so only the end of the thread rejects the call.
    await fails(connectTo(thread, { name: 'other' }).req(1), 'ServerDisappeared');
  });

  check('an init value that cannot be cloned fails at the call', REAL, async (rig) => {
    const thread = await rig.thread();
    const { message } = throws(
      () => spawnWorker(thread.endpoint as WorkerLike, { init: { deep: () => 1 } }),
      'DataClone',
    );
    ok(message.includes('deep'), message);
  });
});
