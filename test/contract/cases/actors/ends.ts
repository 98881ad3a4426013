/** How actors, pools and supervisors end with their block, and what they are started from. */
import type { WorkerLike } from 'ump-ng';
import { pool, spawn, spawnWorker, supervise, type Spawned } from 'ump-ng/actors';
import { equal, fail, fails, throws } from '../../assertions.js';
import { closeAtEnd } from '../../keep-until-end.js';
import { isPending } from '../../in-process-pair.js';
import type { Capability } from '../../rig.js';
import type { ActorCommand } from '../../roles/actors.js';
import { theme } from '../../suite-dsl.js';
import { asyncDispose, Gate, until } from '../../utilities.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

type Crashing = Spawned<never, string, string, never, unknown>;

/** Ends with the error that a request asks for. */
const crashing = (ended?: () => unknown): Crashing =>
  spawn<never, string, string>(
    {
      req: (msg, rctx) => {
        if (msg === 'crash') throw new RangeError('as planned');
        rctx.reply(msg);
      },
      term: () => void ended?.(),
    },
    {
      onError: (error) => {
        throw error;
      },
    },
  );

export const actorEnds = theme('actors: ends', (check) => {
  check('disposing of an actor waits until its messages are handled and it has ended', async () => {
    const log: string[] = [];
    const finish = new Gate();
    const actor = spawn<string, never, never>({
      post: (text) => void log.push(text),
      term: async () => {
        await finish.opened;
        log.push('ended');
      },
    });
    actor.client.post('last');
    const disposed = actor[asyncDispose]();
    equal(await isPending(disposed), true);
    finish.open();
    await disposed;
    equal(log, ['last', 'ended']);
    throws(() => {
      actor.client.post('late');
    }, 'Detached');
  });

  check('disposing of an actor waits for its other clients', async () => {
    const { client, [asyncDispose]: disposeOf } = crashing();
    const other = closeAtEnd(client.clone());
    equal(await other.req('here'), 'here');
    const disposed = disposeOf();
    equal(await isPending(disposed), true);
    equal(await other.req('still here'), 'still here');
    other.close();
    await disposed;
  });

  check('disposing of an actor that has failed rejects as `done` does', async () => {
    const actor = crashing();
    const ended = actor.done.then(
      () => fail('it has not failed'),
      (reason: unknown) => reason,
    );
    await fails(actor.client.req('crash'), 'HandlerFailed');
    const error = await ended;
    const disposed = await actor[asyncDispose]().catch((reason: unknown) => reason);
    equal(disposed === error, true);
  });

  check('disposing of an actor in a thread waits until that has ended', REAL, async (rig) => {
    const thread = await rig.thread();
    thread.run('serveActor', undefined).result.catch(() => undefined);
    const actor = spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike);
    equal(await actor.client.req(['init']), undefined);
    await actor[asyncDispose]();
    equal(thread.hasEnded?.() ?? true, true);
  });

  check('disposing of an actor that was killed does not reject', REAL, async (rig) => {
    const thread = await rig.thread();
    thread.run('serveActor', undefined).result.catch(() => undefined);
    const actor = spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike);
    await actor.client.req(['init']);
    actor.kill();
    await actor[asyncDispose]();
    await fails(actor.done, 'ServerDisappeared');
  });

  check('disposing of a pool stops it, and does not reject for crashes', async () => {
    let ended = 0;
    const workers = pool(() => crashing(() => ended++), { size: 2 });
    await fails(workers.req('crash'), 'HandlerFailed');
    await until(() => workers.stats.workers.every(({ up }) => up));
    const call = workers.req('finished');
    await workers[asyncDispose]();
    equal(await call, 'finished');
    equal(ended, 3);
    await fails(workers.req('late'), 'ServerDisappeared');
  });

  check('disposing of a supervisor stops it, and does not reject for crashes', async () => {
    let ended = 0;
    const supervisor = supervise({ a: { start: () => crashing(() => ended++) } });
    await fails(supervisor.children.a.req('crash'), 'HandlerFailed');
    equal(await supervisor.children.a.req('again'), 'again');
    await supervisor[asyncDispose]();
    equal(ended, 2);
  });

  check('disposing of what gave up rejects', async () => {
    const intensity = { restarts: 0, within: 60_000 };
    const workers = pool(() => crashing(), { size: 1, intensity });
    await fails(workers.req('crash'), 'HandlerFailed');
    await fails(workers.done, 'ServerDisappeared');
    await fails(workers[asyncDispose](), 'ServerDisappeared');
    const supervisor = supervise({ a: { start: () => crashing() } }, { intensity });
    await fails(supervisor.children.a.req('crash'), 'HandlerFailed');
    await fails(supervisor.done, 'ServerDisappeared');
    await fails(supervisor[asyncDispose](), 'ServerDisappeared');
  });

  check('a late child of a supervisor that was stopped is not killed at once', async () => {
    const begun = new Gate();
    const begin = new Gate();
    const killed: string[] = [];
    const finish = new Gate();
    const asked = new Gate();
    const supervisor = supervise({
      late: {
        start: async () => {
          begun.open();
          await begin.opened;
          return {
            done: finish.opened,
            stop: () => {
              asked.open();
            },
            kill: () => {
              killed.push('killed');
            },
          };
        },
        shutdown: 2 ** 30,
      },
    });
    await begun.opened;
    await supervisor.stop();
    begin.open();
    await asked.opened;
    equal(await isPending(finish.opened), true);
    equal(killed, []);
    // It may still be killed.
    supervisor.kill();
    equal(killed, ['killed']);
    finish.open();
  });
});

const NO_SCRIPTS: readonly unknown[] = [undefined, null, 7, {}, true, Symbol('script'), []];

/** What a pool or a child can be started from. */
export const actorScripts = theme('actors: scripts', (check) => {
  check('a pool is started from a function or a script', () => {
    for (const none of NO_SCRIPTS) throws(() => pool(none as never), 'InvalidArgument');
    return Promise.resolve();
  });

  check('a Worker is no script', REAL, async (rig) => {
    const { endpoint } = await rig.thread();
    throws(() => pool(endpoint as never), 'InvalidArgument');
    throws(() => supervise({ a: { start: endpoint as never } }), 'InvalidArgument');
    const worker = {};
    throws(() => spawnWorker(endpoint as WorkerLike, { worker }), 'InvalidArgument');
  });

  check('children that are invalid are refused', () => {
    const start = (): Crashing => crashing();
    for (const none of NO_SCRIPTS) {
      throws(() => supervise({ a: { start: none as never } }), 'InvalidArgument');
    }
    for (const none of [undefined, null, 7, start]) {
      throws(() => supervise({ a: none as never }), 'InvalidArgument');
    }
    for (const none of [undefined, null, 7]) {
      throws(() => supervise(none as never), 'InvalidArgument');
    }
    for (const how of [{ restart: 'always' as never }, { shutdown: -1 }, { shutdown: NaN }]) {
      throws(() => supervise({ a: { start, ...how } }), 'InvalidArgument');
    }
    return Promise.resolve();
  });

  const OF_SCRIPTS = { init: 1, worker: {}, timeout: 1, heartbeat: 1, spin: 1 };
  for (const [name, value] of Object.entries(OF_SCRIPTS)) {
    check(`\`${name}\` beside a function is refused`, () => {
      const options = { [name]: value } as object;
      const { message } = throws(() => pool(() => crashing(), options), 'InvalidArgument');
      equal(message.startsWith(`\`${name}\` belongs to a script`), true);
      throws(() => supervise({ a: { start: () => crashing(), ...options } }), 'InvalidArgument');
      return Promise.resolve();
    });
  }

  check('invalid options of a script are refused, and start no thread', () => {
    const script = 'http://localhost/never-requested.js';
    for (const options of [
      { worker: 7 as never },
      { worker: null as never },
      { worker: 'module' as never },
      { timeout: -1 },
      { heartbeat: NaN },
      { spin: NaN },
      { shutdown: -1 },
    ]) {
      throws(() => spawnWorker(script, options), 'InvalidArgument');
      throws(() => pool(script, options), 'InvalidArgument');
      throws(() => supervise({ a: { start: script, ...options } }), 'InvalidArgument');
    }
    const init = { deep: () => 1 };
    const { message } = throws(() => pool(script, { init }), 'DataClone');
    equal(message.includes('deep'), true);
    throws(() => supervise({ a: { start: script, init } }), 'DataClone');
    return Promise.resolve();
  });
});
