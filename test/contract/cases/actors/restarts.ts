/** Supervisors of actors in threads of their own. */
import type { ConnectOptions, WorkerLike } from 'ump-ng';
import {
  spawnWorker,
  supervise,
  type ChildSpec,
  type SpawnedWorker,
  type StableRequester,
} from 'ump-ng/actors';
import { equal, fail, fails, ok } from '../../assertions.js';
import type { Capability, Rig, Thread } from '../../rig.js';
import type { ActorCommand } from '../../roles/actors.js';
import { theme } from '../../suite-dsl.js';
import { turn, until, upTo } from '../../utilities.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

type Actor = SpawnedWorker<unknown, ActorCommand, unknown, never, unknown>;

/** Starts one thread after another for one child. */
class Line {
  readonly threads: Thread[] = [];
  readonly #rig: Rig;
  readonly #options: Pick<ConnectOptions, 'heartbeat'>;

  constructor(rig: Rig, options: Pick<ConnectOptions, 'heartbeat'> = {}) {
    this.#rig = rig;
    this.#options = options;
  }

  get child(): { start: () => Promise<Actor> } {
    return { start: () => this.#start() };
  }

  async #start(): Promise<Actor> {
    const thread = await this.#rig.thread();
    this.threads.push(thread);
    thread.run('serveActor', undefined).result.catch(() => undefined);
    const init = { says: this.threads.length };
    return spawnWorker(thread.endpoint as WorkerLike, { ...this.#options, init });
  }

  async kill(): Promise<void> {
    await (this.threads.at(-1) ?? fail('no thread runs')).kill();
  }
}

const OFTEN = { intensity: { restarts: Infinity, within: 1000 } };

/** The number of the child's current thread, counted from 1. */
const which = (child: StableRequester<unknown, ActorCommand>, idempotent = 9): Promise<unknown> =>
  child.req(['init'], { idempotent });

/** Waits for a reply of that thread: in Deno a terminated thread can still reply for a moment. */
async function answers(
  child: StableRequester<unknown, ActorCommand>,
  number: number,
): Promise<void> {
  let last: unknown;
  do last = await which(child);
  while (last === number - 1);
  equal(last, number);
}

export const restarts = theme('actors: restarts', (check) => {
  check('pending calls fail at a death, except for idempotent ones', REAL, async (rig) => {
    const line = new Line(rig);
    const supervisor = supervise({ a: line.child });
    const { a } = supervisor.children;
    const lost = fails(a.req(['hold']), 'ServerDisappeared');
    const again = a.req(['hold'], { idempotent: 1 });
    const deferred = a.reqDeferred(['hold'], { idempotent: 1 });
    equal(await a.req(['init']), 1);
    await line.kill();
    await lost;
    await answers(a, 2);
    equal(await a.req(['release', 'second time']), 'second time');
    equal([await again, await deferred.wait()], ['second time', 'second time']);
    await supervisor.stop();
  });

  check('an idempotent call is sent again up to its limit', REAL, async (rig) => {
    const line = new Line(rig);
    const supervisor = supervise({ a: line.child }, OFTEN);
    const { a } = supervisor.children;
    const call = fails(a.req(['hold'], { idempotent: 2 }), 'ServerDisappeared');
    for (const n of [1, 2, 3]) {
      await answers(a, n);
      await line.kill();
    }
    await call;
    await answers(a, 4);
    equal(await a.req(['release', 'no call']), 'no call');
    await supervisor.stop();
  });

  check('a thread that exits is restarted', [...REAL, 'early exits'], async (rig) => {
    const line = new Line(rig);
    const supervisor = supervise({
      a: { ...line.child, restart: 'transient' } satisfies ChildSpec,
    });
    const { a } = supervisor.children;
    await fails(a.req(['exit']), 'ServerDisappeared');
    equal(await which(a), 2);
    await supervisor.stop();
  });

  check('a stuck thread is killed and restarted', [...REAL, 'stuck threads'], async (rig) => {
    const line = new Line(rig, { heartbeat: 250 });
    const supervisor = supervise({ a: line.child }, OFTEN);
    const { a } = supervisor.children;
    const first = await which(a);
    await fails(a.req(['stuck']), 'ServerDisappeared');
    ok((await which(a)) !== first, 'it is the same thread');
    await supervisor.stop();
  });

  check(
    'a supervisor gives up on a thread that fails to load',
    [...REAL, 'load failures'],
    async (rig) => {
      const { children, done } = supervise(
        { a: { start: () => spawnWorker(rig.unloadable() as WorkerLike) } },
        { intensity: { restarts: 2, within: 60_000 } },
      );
      const call = fails(children.a.req(1 as never), 'ServerDisappeared');
      await fails(done, 'ServerDisappeared');
      await call;
    },
  );

  check('an idempotent call is not sent again once the supervisor has ended', REAL, async (rig) => {
    const line = new Line(rig);
    const supervisor = supervise({ a: line.child });
    const { a } = supervisor.children;
    equal(await which(a), 1);
    const pending = fails(a.req(['hold'], { idempotent: 9 }), 'ServerDisappeared');
    await a.req(['init']);
    supervisor.kill();
    await pending;
    await supervisor.done;
  });

  check('every call settles though threads are killed under load', REAL, async (rig) => {
    const lines = { a: new Line(rig), b: new Line(rig) };
    const supervisor = supervise({ a: lines.a.child, b: lines.b.child }, OFTEN);
    const children = Object.values(supervisor.children);
    const outcomes = { again: [] as unknown[], once: [] as unknown[] };
    const done = { value: false };
    const calling = upTo(8).map(async (n) => {
      const child = children[n % 2]!;
      while (!done.value) {
        outcomes.again.push((await child.tryReq(['init'], { idempotent: 1000 })).ok);
        const once = await child.tryReq(['init']);
        outcomes.once.push(once.ok || once.error.code);
        await turn();
      }
    });
    const heard = async (name: 'a' | 'b'): Promise<void> => {
      while ((await which(supervisor.children[name])) !== lines[name].threads.length) await turn();
    };
    for (const n of upTo(6)) {
      const name = n % 2 === 0 ? 'a' : 'b';
      // On platforms without `early exits`, a thread must have sent a message before it is killed.
      await heard(name);
      const before = outcomes.again.length;
      await until(() => outcomes.again.length > before + 4);
      await lines[name].kill();
    }
    for (const name of ['a', 'b'] as const) await heard(name);
    done.value = true;
    await Promise.all(calling);
    ok(outcomes.again.every(Boolean), 'an idempotent call has failed');
    const others = outcomes.once.filter((code) => code !== true && code !== 'ServerDisappeared');
    equal(others, []);
    await supervisor.stop();
  });
});
