/** Outcomes of remote calls, the end of what remote() was given, and scripts that serve objects. */
import { channel, type Result, type UmpErrorCode, type WorkerLike } from 'ump-ng';
import {
  actor,
  pool,
  remote,
  serve,
  serveWorker,
  spawn,
  spawnWorker,
  stop,
  supervise,
  type Remote,
} from 'ump-ng/actors';
import { equal, fail, fails, throws } from '../../assertions.js';
import { closeAtEnd } from '../../keep-until-end.js';
import type { Capability } from '../../rig.js';
import type { ServedInstance, ServedObject } from '../../roles/methods.js';
import { theme } from '../../suite-dsl.js';
import { asyncDispose, FOREVER, upTo } from '../../utilities.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

const calculator = actor({
  add: (a: number, b: number) => a + b,
  fail(): number {
    throw new RangeError('as asked');
  },
  refuse(): number {
    this.rctx.fail({ reason: 'refused' });
    return 0;
  },
  wait: () => FOREVER,
  count(to: number) {
    for (const n of upTo(to)) this.progress(n);
    return 'counted';
  },
  end: () => stop(7),
  math: { negate: (n: number) => -n },
});

const calling = (): Remote<typeof calculator> => {
  const { client } = spawn(calculator, { onError: () => undefined, concurrency: 2 });
  return remote(closeAtEnd(client));
};

/** The error of a result that has one. */
function errorOf<E>(result: Result<unknown, E>, code: UmpErrorCode) {
  if (result.ok) return fail('the call succeeded');
  equal(result.error.code, code);
  return result.error;
}

/** What a promise rejects with. */
const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing',
    (error: unknown) => error,
  );

export const remotes = theme('actors: remotes', (check) => {
  check('tryReq of a remote fulfils with the reply or the error', async () => {
    const there = calling();
    equal(await there.tryReq.add(3, 4), { ok: true, value: 7 });
    equal(await there.tryReq.math.negate(3), { ok: true, value: -3 });
    const { cause } = errorOf(await there.tryReq.fail(), 'HandlerFailed');
    equal((cause as Error).message, 'as asked');
    equal(errorOf(await there.tryReq.refuse(), 'App').appError, { reason: 'refused' });
    const { none } = there.tryReq as unknown as Remote<{ none(): void }>['tryReq'];
    errorOf(await none(), 'MethodNotFound');
    errorOf(await there.tryReq.add(1, (() => 2) as never), 'DataClone');
  });

  check('tryReq of a remote has the options of with()', async () => {
    const there = calling();
    errorOf(await there.with({ timeout: 1 }).tryReq.wait(), 'Timeout');
    const seen: unknown[] = [];
    const counting = there.with({ onProgress: (n) => seen.push(n) });
    equal(await counting.tryReq.count(3), { ok: true, value: 'counted' });
    equal(seen, [1, 2, 3]);
    errorOf(await counting.tryReq.fail(), 'HandlerFailed');
  });

  check('what onProgress throws rejects also with tryReq', async () => {
    const thrown = new RangeError('by the caller');
    const onProgress = () => {
      throw thrown;
    };
    equal(await reasonOf(calling().with({ onProgress }).tryReq.count(1)), thrown);
  });

  check('disposing of a remote closes its client', async () => {
    const { client, server } = channel();
    const ended = serve(server, calculator);
    const there = remote<typeof calculator>(client);
    equal(await there.req.add(1, 2), 3);
    await there[asyncDispose]();
    equal(await ended, undefined);
    await fails(there.req.add(1, 2), 'Detached');
  });

  check('disposing of a remote ends the actor that was spawned', async () => {
    const spawned = spawn(calculator);
    const there = remote(spawned).with({ timeout: 5000 });
    equal(await there.req.add(1, 2), 3);
    await there[asyncDispose]();
    errorOf(await there.tryReq.add(1, 2), 'Detached');
    equal(await spawned.done, undefined);
  });

  check('disposing of a remote rejects as that of the actor does', async () => {
    const broken = spawn(() => {
      throw new RangeError('no handler');
    });
    const error = await reasonOf(remote<typeof calculator>(broken)[asyncDispose]());
    equal((error as Error).message, 'no handler');
  });

  check('disposing of a remote stops its pool', async () => {
    const workers = pool(() => spawn(calculator), { size: 2 });
    const there = remote(workers);
    equal(await there.req.add(1, 2), 3);
    await there[asyncDispose]();
    await workers.done;
    await fails(there.req.add(1, 2), 'ServerDisappeared');
  });

  check('disposing of a remote closes the requester of a child', async () => {
    const supervisor = supervise({ one: { start: () => spawn(calculator) } });
    const there = remote(supervisor.children.one);
    equal(await there.req.add(1, 2), 3);
    await there[asyncDispose]();
    await fails(there.req.add(1, 2), 'Detached');
    await supervisor.stop();
  });

  check('a script may serve an object of methods', REAL, async (rig) => {
    const thread = await rig.thread();
    thread.run('serveObject', undefined).result.catch(() => undefined);
    const worker = spawnWorker<ServedObject>(thread.endpoint as WorkerLike);
    closeAtEnd(worker.client);
    const there = remote(worker);
    equal(await there.req.add(3, 4), 7);
    equal(await there.req.math.twice(21), 42);
    equal(await there.req.total(), 49);
    const { value } = await there.stream.upTo(1).next();
    equal(value, 1);
    await there.req.end();
    equal(await worker.done, 'over');
  });

  check('a script may serve an instance of a class', REAL, async (rig) => {
    const thread = await rig.thread();
    thread.run('serveInstance', undefined).result.catch(() => undefined);
    const worker = spawnWorker<ServedInstance>(thread.endpoint as WorkerLike);
    closeAtEnd(worker.client);
    equal(await remote(worker).req.twice(21), 42);
  });

  check('serveWorker() refuses what is neither a function nor an object of methods', async () => {
    for (const wrong of [undefined, null, 5, 'text']) {
      throws(() => serveWorker(wrong as never), 'InvalidArgument');
    }
    throws(() => serveWorker({ then: () => 1 } as never), 'InvalidArgument');
    throws(() => serveWorker({ req: 'text' } as never), 'InvalidArgument');
    await Promise.resolve();
  });
});
