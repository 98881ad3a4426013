/** Workers of a pool that end by themselves, or are renewed. */
import type { MessagePort, ReplyContext, WorkerLike } from 'ump-ng';
import {
  actor,
  pool,
  remote,
  spawn,
  spawnWorker,
  stop,
  supervise,
  type Pool,
  type PoolOptions,
} from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { isPending } from '../../in-process-pair.js';
import type { Capability, Rig } from '../../rig.js';
import type { ActorCommand } from '../../roles/actors.js';
import { theme } from '../../suite-dsl.js';
import { Gate, timersInHand, turns, until, upTo } from '../../utilities.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

/** Milliseconds. No other timers of these cases have these lengths. */
const AGE = 12_345;
const PAUSE = 12_346;

interface Task {
  value: number;
}

/** Numbered workers, which reply by their number, keep a request on hold, or stop. */
class NumberedWorkers {
  started = 0;
  readonly ended: number[] = [];
  readonly held: { by: number; rctx: ReplyContext<number> }[] = [];
  /** Errors that the next starts throw. */
  readonly failures: (Error | undefined)[] = [];
  readonly workers: Pool<never, string, number>;

  constructor(options: PoolOptions) {
    this.workers = pool(() => {
      const failure = this.failures.shift();
      if (failure !== undefined) throw failure;
      const by = ++this.started;
      return spawn<never, string, number>(
        {
          req: (msg, rctx) => {
            if (msg === 'crash') throw new Error('this crash is part of the test');
            if (msg === 'hold') this.held.push({ by, rctx });
            else rctx.reply(by);
            return msg === 'stop' ? stop() : undefined;
          },
          term: () => void this.ended.push(by),
        },
        {
          onError: (error) => {
            throw error;
          },
        },
      );
    }, options);
  }

  answer(): void {
    for (const { by, rctx } of this.held.splice(0)) rctx.reply(by);
  }
}

/** A pool of threads, of one after another by default, which are numbered. */
function threadPool(
  rig: Rig,
  options: PoolOptions,
  stopsAfter?: number,
): Pool<unknown, ActorCommand> {
  let started = 0;
  return pool(
    async () => {
      const thread = await rig.thread();
      thread.run('serveActor', undefined).result.catch(() => undefined);
      const init = { says: ++started, ...(stopsAfter !== undefined && { stopsAfter }) };
      return spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike, { init });
    },
    { size: 1, ...options },
  );
}

/** A pool whose first worker starts at once, and whose later workers wait for one gate each. */
function gatedPool(
  options: PoolOptions,
  initial = 1,
): { workers: Pool<never, string, number>; starts: Gate<Error | undefined>[] } {
  let started = 0;
  const starts: Gate<Error | undefined>[] = [];
  const workers: Pool<never, string, number> = pool(async () => {
    if (started >= initial) {
      const start = new Gate<Error | undefined>();
      starts.push(start);
      const failure = await start.opened;
      if (failure !== undefined) throw failure;
    }
    const by = ++started;
    return spawn<never, string, number>({
      req: (_msg, rctx) => {
        rctx.reply(by);
      },
    });
  }, options);
  return { workers, starts };
}

export const poolRenewal = theme('actors: workers of pools that end or are renewed', (check) => {
  for (const prefetchMs of [0, Infinity]) {
    const how = prefetchMs === 0 ? 'one at a time' : 'with calls behind them';
    check(`workers that stop every tenth call lose no call, ${how}`, async () => {
      let started = 0;
      const workers: Pool<never, Task, number> = pool(
        () => {
          started++;
          let calls = 0;
          return spawn({
            req: ({ value }: Task, rctx: ReplyContext<number>) => {
              rctx.reply(2 * value);
              return ++calls === 10 ? stop() : undefined;
            },
          });
        },
        // None of these ends counts.
        { size: 2, prefetchMs, intensity: { restarts: 0, within: 1000 } },
      );
      const answers = await Promise.all(upTo(160).map((value) => workers.req({ value })));
      for (const value of upTo(40)) answers.push(await workers.req({ value }));
      equal(
        answers,
        [...upTo(160), ...upTo(40)].map((value) => 2 * value),
      );
      ok(started >= 20, `only ${String(started)} workers`);
      const { processed, failed } = workers.stats;
      equal([processed, failed], [200, 0]);
      await workers.stop();
    });

    check(`threads that stop every tenth call lose no call, ${how}`, REAL, async (rig) => {
      // None of these ends counts.
      const intensity = { restarts: 0, within: 1000 };
      const workers = threadPool(rig, { size: 2, prefetchMs, intensity }, 10);
      const calls = upTo(160).map(() => workers.req(['init']));
      const answers = (await Promise.all(calls)) as number[];
      for (let n = 0; n < 40; n++) answers.push((await workers.req(['init'])) as number);
      const counts = new Map<number, number>();
      for (const by of answers) counts.set(by, (counts.get(by) ?? 0) + 1);
      equal(answers.length, 200);
      ok(counts.size >= 20 && Math.max(...counts.values()) === 10, 'no thread has had ten calls');
      const { processed, failed } = workers.stats;
      equal([processed, failed], [200, 0]);
      await workers.stop();
    });
  }

  check('a returned request keeps what was moved with it, its timeout and its signal', async () => {
    let started = 0;
    const held: ReplyContext<unknown>[] = [];
    const end = new Gate();
    const worker = () => {
      const isFirst = ++started === 1;
      return actor({
        req: {
          end: () => end.opened.then(() => stop()),
          bytes: (buffer: ArrayBuffer) => buffer.byteLength,
          say: (port: MessagePort) => {
            (port as unknown as { postMessage(value: unknown): void }).postMessage('moved');
            port.close();
          },
          hold(this: { rctx: ReplyContext<unknown> }) {
            held.push(this.rctx);
          },
        },
        term: () => {
          if (isFirst) held.splice(0);
        },
      });
    };
    const workers = pool(() => spawn(worker()), { size: 1, prefetchMs: Infinity });
    const there = remote<ReturnType<typeof worker>>(workers);
    equal(await there.req.bytes(new ArrayBuffer(1)), 1);
    const ended = there.req.end();
    const buffer = new ArrayBuffer(8);
    const { port1, port2 } = new MessageChannel();
    const said = new Promise((resolve) => {
      port2.onmessage = ({ data }) => {
        resolve(data);
      };
    });
    const moved = there.with({ transfer: [buffer] }).req.bytes(buffer);
    const port = port1;
    const spoken = there.with({ transfer: [port] }).req.say(port);
    const late = fails(there.with({ timeout: 20 }).req.hold(), 'Timeout');
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = fails(there.with({ signal }).req.hold(), 'Aborted');
    await until(() => workers.stats.pending === 5);
    equal(buffer.byteLength, 0);
    end.open();
    await ended;
    equal(await moved, 8);
    await spoken;
    equal(await said, 'moved');
    equal(started, 2);
    await late;
    controller.abort();
    await aborted;
    port2.close();
    await workers.stop();
  });

  check('requests that a stopping child has not read wait for the next one', async () => {
    let started = 0;
    const child = () => {
      const own = ++started;
      return actor({ req: { who: () => own, end: () => stop() } });
    };
    const supervisor = supervise({ a: { start: () => spawn(child()) } });
    const { req } = remote<ReturnType<typeof child>>(supervisor.children.a);
    equal(await req.who(), 1);
    const calls = [req.end(), req.who(), req.who()];
    equal(await Promise.all(calls), [undefined, 2, 2]);
    await supervisor.stop();
  });

  check('a thread that stops returns the calls behind', REAL, async (rig) => {
    const workers = threadPool(rig, { prefetchMs: Infinity });
    equal(await workers.req(['init']), 1);
    const calls = [workers.req(['stop']), ...upTo(5).map(() => workers.req(['init']))];
    equal(await Promise.all(calls), ['stopping', 2, 2, 2, 2, 2]);
    equal(workers.stats.failed, 0);
    await workers.stop();
  });

  check('with maxCalls the next worker starts before the old one ends', async () => {
    const events: string[] = [];
    const { workers } = new NumberedWorkers({
      size: 1,
      maxCalls: 4,
      onEvent: (event) => {
        if ('child' in event) events.push(`${event.child} ${event.type}`);
      },
    });
    const answers: number[] = [];
    while (answers.at(-1) !== 3) answers.push(await workers.req('who'));
    equal(
      answers,
      [...answers].sort((a, b) => a - b),
    );
    for (const by of [1, 2]) {
      const count = answers.filter((answer) => answer === by).length;
      ok(count >= 4, `worker ${String(by)} has had only ${String(count)} calls`);
    }
    await until(() => events.includes('worker 2 stopped'));
    equal(events.slice(0, 3), ['worker 1 started', 'worker 2 started', 'worker 1 stopped']);
    equal(workers.stats.workers.length, 1);
    const { processed } = workers.stats;
    equal(processed, answers.length);
    await workers.stop();
  });

  check('an old worker ends when its calls have settled', async () => {
    const numbered = new NumberedWorkers({ size: 1, maxCalls: 1, prefetchMs: 0 });
    const { workers } = numbered;
    const held = workers.req('hold');
    await until(() => numbered.started === 2 && workers.stats.workers[0]!.pending === 0);
    await until(() => numbered.held.length === 1);
    await turns();
    equal(numbered.ended, []);
    equal(workers.stats.pending, 1);
    equal(await isPending(workers.drain()), true);
    numbered.answer();
    equal(await held, 1);
    await until(() => numbered.ended.length > 0);
    equal(numbered.ended[0], 1);
    await workers.stop();
    equal(numbered.ended.length, numbered.started);
  });

  check('stop() and kill() end old workers and those that are starting, too', async () => {
    for (const end of ['stop', 'kill'] as const) {
      const numbered = new NumberedWorkers({ size: 1, maxCalls: 1, prefetchMs: 0, shutdown: 1 });
      const { workers } = numbered;
      void workers.tryReq('hold');
      await until(() => numbered.started === 2);
      void workers[end]();
      await workers.done;
      numbered.answer();
      await until(() => numbered.ended.length === numbered.started);
    }
  });

  check('a renewal that fails is tried again, and the old worker goes on', async () => {
    const numbered = new NumberedWorkers({ size: 1, maxCalls: 1, backoff: { initial: 0 } });
    const { workers } = numbered;
    const broken = new Error('not now');
    numbered.failures.push(broken, broken, broken, broken);
    equal(await workers.req('who'), 1);
    await until(() => workers.stats.workers[0]!.up && numbered.started > 1);
    ok((await workers.req('who')) > 1, 'it is the old worker');
    await workers.stop();
  });

  check('a renewal that fails is tried again after a pause, not at each call', () =>
    timersInHand(PAUSE, async (fire) => {
      const numbered = new NumberedWorkers({ size: 1, maxCalls: 1, backoff: { initial: PAUSE } });
      const { workers } = numbered;
      numbered.failures.push(new Error('not now'));
      equal(await workers.req('who'), 1);
      await until(() => numbered.failures.length === 0);
      for (let call = 0; call < 5; call++) equal(await workers.req('who'), 1);
      equal(numbered.started, 1);
      equal(fire(), 1);
      await until(() => numbered.started === 2 && numbered.ended.length === 1);
      equal(await workers.req('who'), 2);
      await workers.stop();
    }),
  );

  check('a worker that waits for its restart is not renewed', () =>
    timersInHand(AGE, (fireAge) =>
      timersInHand(PAUSE, async (firePause) => {
        const backoff = { initial: PAUSE };
        const numbered = new NumberedWorkers({ size: 1, maxAge: AGE, backoff });
        const { workers } = numbered;
        equal(await workers.req('who'), 1);
        await fails(workers.req('crash'), 'HandlerFailed');
        await until(() => !workers.stats.workers[0]!.up);
        equal(fireAge(), 1);
        await turns();
        equal(numbered.started, 1);
        await until(() => firePause() === 1);
        equal(await workers.req('who'), 2);
        await workers.stop();
        equal(numbered.ended.length, numbered.started);
      }),
    ),
  );

  check('a place that is emptied during the renewal of its worker is filled again', () =>
    timersInHand(PAUSE, async (fire) => {
      let started = 0;
      const second = new Gate();
      const workers = pool<never, string, number, never>(
        () => {
          const by = ++started;
          return spawn<never, string, number>({
            init: () => (by === 2 ? second.opened : undefined),
            req: (_msg, rctx) => {
              rctx.reply(by);
            },
          });
        },
        { min: 0, max: 1, idle: PAUSE, maxCalls: 2, route: () => 'one key' },
      );
      equal([await workers.req('a'), await workers.req('a')], [1, 1]);
      await until(() => started === 2);
      // The first look comes too early for what was idle since then.
      const { now } = performance;
      performance.now = () => now.call(performance) + 2 * PAUSE;
      try {
        fire();
      } finally {
        performance.now = now;
      }
      await until(() => workers.stats.workers.length === 0);
      second.open();
      await turns();
      equal(await workers.req('a'), 3);
      await workers.stop();
    }),
  );

  check('requests to all workers settle though one is about to end', async () => {
    let started = 0;
    const leaving = new Gate();
    const held: ReplyContext<number>[] = [];
    const workers = pool<never, string, number, never>(
      () => {
        const by = ++started;
        return spawn<never, string, number>({
          req: (msg, rctx) => {
            if (msg === 'hold') held.push(rctx);
            else rctx.reply(by);
            return msg === 'stop' ? stop() : undefined;
          },
          term: () => leaving.opened,
        });
      },
      { min: 1, max: 2, prefetchMs: 0 },
    );
    const holds = [workers.req('hold'), workers.req('hold')];
    await until(() => held.length === 2);
    for (const rctx of held) rctx.reply(0);
    await Promise.all(holds);
    await workers.req('stop');
    await until(() => workers.stats.workers.filter(({ up }) => up).length === 1);
    const all = workers.reqAll('who');
    await turns();
    leaving.open();
    equal(
      (await all).map((result) => (result.ok ? 'ok' : result.error.code)).sort(),
      ['ServerDisappeared', 'ok'].sort(),
    );
    await workers.drain();
    await workers.stop();
  });

  check('requests to all workers settle though one that is renewed stops', async () => {
    const begin = new Gate();
    const release = new Gate();
    let held = 0;
    let started = 0;
    let ready = 0;
    const onEvent: PoolOptions['onEvent'] = ({ type }) =>
      void (ready += Number(type === 'started'));
    const workers = pool<never, string, string, never>(
      async () => {
        // The requests wait for the second worker, and then make it worn.
        if (++started === 2) await begin.opened;
        return spawn<never, string, string>({
          req: async (msg, rctx) => {
            if (msg === 'hold') {
              held++;
              await release.opened;
            }
            rctx.reply(msg);
            return msg === 'stop' ? stop() : undefined;
          },
        });
      },
      { size: 2, maxCalls: 3, onEvent },
    );
    await workers.ready();
    const all = ['hold', 'stop', 'unread'].map((msg) => workers.reqAll(msg));
    begin.open();
    await until(() => ready === 4 && held === 2);
    release.open();
    const codes = (await Promise.all(all)).map((results) =>
      results.map((result) => (result.ok ? result.value : result.error.code)),
    );
    equal(codes, [
      ['hold', 'hold'],
      ['stop', 'stop'],
      ['ServerDisappeared', 'ServerDisappeared'],
    ]);
    await workers.stop();
  });

  for (const prefetchMs of [0, Infinity]) {
    const how = prefetchMs === 0 ? 'one at a time' : 'sent at once';
    check(`no worker gets more than twice maxCalls, with calls ${how}`, async () => {
      const { workers, starts } = gatedPool({ size: 1, maxCalls: 3, prefetchMs });
      equal(await workers.req('who'), 1);
      const calls = upTo(9).map(() => workers.req('who'));
      equal(await Promise.all(calls.slice(0, 5)), [1, 1, 1, 1, 1]);
      await turns();
      equal([starts.length, workers.stats.waiting], [1, 4]);
      starts[0]!.open(undefined);
      equal(await Promise.all(calls.slice(5)), [2, 2, 2, 2]);
      await workers.stop();
    });
  }

  check('what a worn out worker does not take goes to others', async () => {
    const { workers, starts } = gatedPool({ size: 2, maxCalls: 2, prefetchMs: Infinity }, 2);
    const by = [0, 0, 0];
    for (const answer of await Promise.all(upTo(8).map(() => workers.req('who')))) by[answer]!++;
    equal(by, [0, 4, 4]);
    const waiting = workers.req('who');
    equal(await isPending(waiting), true);
    equal(starts.length, 2);
    starts[1]!.open(undefined);
    equal(await waiting, 3);
    starts[0]!.open(undefined);
    await workers.stop();
  });

  check('if the start of the next worker fails, the old one goes on without a bound', () =>
    timersInHand(PAUSE, async (fire) => {
      const backoff = { initial: PAUSE, max: PAUSE };
      const { workers, starts } = gatedPool({ size: 1, maxCalls: 1, backoff });
      equal(await workers.req('who'), 1);
      equal(await workers.req('who'), 1);
      const waiting = upTo(5).map(() => workers.req('who'));
      equal(await isPending(Promise.race(waiting)), true);
      starts[0]!.open(new Error('not now'));
      equal(await Promise.all(waiting), [1, 1, 1, 1, 1]);
      for (const failures of [1, 2, 3]) {
        await until(() => fire() === 1);
        await until(() => starts.length === failures + 1);
        equal(await workers.req('who'), 1);
        if (failures < 3) starts[failures]!.open(new Error('not yet'));
      }
      starts[3]!.open(undefined);
      await until(() => workers.stats.workers[0]!.pending === 0 && workers.stats.processed === 10);
      while ((await workers.req('who')) === 1);
      // The bound holds for the next one again.
      equal(await workers.req('who'), 2);
      const waits = workers.req('who');
      equal(await isPending(waits), true);
      starts[4]!.open(undefined);
      equal(await waits, 3);
      await workers.stop();
    }),
  );

  check('a worn out worker that ends gives its place to the next one', async () => {
    const { workers, starts } = gatedPool({ size: 1, maxCalls: 1, backoff: { initial: 0 } });
    equal([await workers.req('who'), await workers.req('who')], [1, 1]);
    const waiting = fails(workers.req('who', { timeout: 1 }), 'Timeout');
    await waiting;
    const last = workers.req('who');
    starts[0]!.open(undefined);
    equal(await last, 2);
    await workers.stop();
  });

  check('messages of a key, and those to all workers, wait for the next worker', async () => {
    for (const route of [() => 'one key', 'broadcast'] as const) {
      const { workers, starts } = gatedPool({ size: 1, maxCalls: 2, prefetchMs: Infinity, route });
      equal(await Promise.all(upTo(4).map(() => workers.req('who'))), [1, 1, 1, 1]);
      const waiting = workers.req('who');
      await turns();
      equal(workers.stats.waiting, 1);
      starts[0]!.open(undefined);
      equal(await waiting, 2);
      await workers.stop();
    }
  });

  check('posts count towards the bound', async () => {
    const got: string[] = [];
    let started = 0;
    const second = new Gate();
    const workers: Pool<string, never, never> = pool(
      () => {
        const by = String(++started);
        return spawn<string, never, never>({
          init: () => (by === '1' ? undefined : second.opened),
          post: (msg) => void got.push(`${msg} to ${by}`),
        });
      },
      { size: 1, maxCalls: 2 },
    );
    await workers.ready();
    for (const n of upTo(5)) workers.post(String(n));
    await until(() => got.length === 4);
    await turns();
    equal(workers.stats.waiting, 1);
    second.open();
    await until(() => got.length === 5);
    equal(got.at(-1), '5 to 2');
    await workers.stop();
  });

  check('a worker that is twice as old as maxAge takes no calls', () =>
    timersInHand(AGE, (fireAge) =>
      timersInHand(2 * AGE, async (fireTwice) => {
        const { workers, starts } = gatedPool({ size: 1, maxAge: AGE });
        equal(await workers.req('who'), 1);
        equal(fireAge(), 1);
        equal(await workers.req('who'), 1);
        equal(fireTwice(), 1);
        const waiting = workers.req('who');
        equal(await isPending(waiting), true);
        starts[0]!.open(undefined);
        equal(await waiting, 2);
        await workers.stop();
      }),
    ),
  );

  check('with maxAge workers are renewed', () =>
    timersInHand(AGE, async (fire) => {
      const numbered = new NumberedWorkers({ size: 2, maxAge: AGE });
      const { workers } = numbered;
      await workers.reqAll('who');
      equal(fire(), 2);
      await until(() => numbered.ended.length === 2);
      equal(
        (await workers.reqAll('who')).map((result) => result.ok && result.value).sort(),
        [3, 4],
      );
      equal(fire(), 2);
      await until(() => numbered.ended.length === 4);
      await workers.stop();
    }),
  );

  check('messages of one key stay in order while their worker is renewed', async () => {
    const log: string[] = [];
    let started = 0;
    const workers: Pool<never, string, string> = pool(
      () => {
        const by = String(++started);
        return spawn({
          req: async (msg: string, rctx: ReplyContext<string>) => {
            await turns(1);
            log.push(msg);
            rctx.reply(by);
          },
        });
      },
      { size: 2, route: (msg: string) => msg.charAt(0), maxCalls: 3, prefetchMs: Infinity },
    );
    const messages = upTo(8).flatMap((n) => ['a', 'b', 'c'].map((key) => `${key}${String(n)}`));
    const answers: Promise<string>[] = [];
    for (const msg of messages) {
      answers.push(workers.req(msg));
      await Promise.resolve();
    }
    await Promise.all(answers);
    for (const key of ['a', 'b', 'c']) {
      equal(
        log.filter((msg) => msg.startsWith(key)),
        upTo(8).map((n) => `${key}${String(n)}`),
      );
    }
    ok(started > 2, 'none was renewed');
    await workers.stop();
  });

  check('messages of one key stay in order when their worker stops', async () => {
    const log: string[] = [];
    const worker = () => {
      let calls = 0;
      return spawn<never, string, null>({
        req: (msg, rctx) => {
          log.push(msg);
          rctx.reply(null);
          return ++calls === 3 ? stop() : undefined;
        },
      });
    };
    const workers = pool(worker, { size: 2, route: () => 'one key', prefetchMs: Infinity });
    const calls: Promise<null>[] = [];
    for (const n of upTo(20)) {
      calls.push(workers.req(String(n)));
      if (n % 4 === 0) await turns(1);
    }
    await Promise.all(calls);
    equal(log, upTo(20).map(String));
    await workers.stop();
  });

  check('with maxMemory a thread that uses more is renewed', REAL, async (rig) => {
    if (!rig.has('memory')) {
      throws(() => threadPool(rig, { maxMemory: 1 }), 'NotSupported');
      return;
    }
    const few = threadPool(rig, { maxMemory: 2 ** 40 });
    equal(await few.req(['init']), 1);
    const workers = threadPool(rig, { maxMemory: 1 });
    while ((await workers.req(['init'])) === 1) await turns(1);
    equal(await few.req(['init']), 1);
    await Promise.all([few.stop(), workers.stop()]);
  });

  check('a thread that uses twice maxMemory takes no calls', REAL, async (rig) => {
    if (!rig.has('memory')) return;
    const first = await rig.thread();
    const second = new Gate();
    let started = 0;
    const workers: Pool<unknown, ActorCommand> = pool(
      async () => {
        const says = ++started;
        if (says > 1) await second.opened;
        const thread = says === 1 ? first : await rig.thread();
        thread.run('serveActor', undefined).result.catch(() => undefined);
        return spawnWorker<unknown, ActorCommand, unknown>(thread.endpoint as WorkerLike, {
          init: { says },
        });
      },
      { size: 1, maxMemory: 1 },
    );
    equal(await workers.req(['init']), 1);
    await until(() => started === 2);
    await turns();
    const waiting = workers.req(['init']);
    await turns();
    equal(workers.stats.waiting, 1);
    second.open();
    equal(await waiting, 2);
    await workers.stop();
  });

  check('the memory of a thread is told in bytes', REAL, async (rig) => {
    const thread = await rig.thread();
    thread.run('serveActor', undefined).result.catch(() => undefined);
    const { client, memory, done } = spawnWorker<unknown, ActorCommand, unknown>(
      thread.endpoint as WorkerLike,
    );
    if (rig.has('memory')) ok((await memory()) > 100_000, 'it is less than any thread needs');
    else await fails(memory(), 'NotSupported');
    client.close();
    await done;
    await fails(memory(), 'ServerDisappeared');
  });

  check('a pool whose workers cannot tell their memory fails, and says why', async (rig) => {
    const options = { size: 1, maxMemory: 1, backoff: { initial: 0 } };
    if (!rig.has('memory')) {
      throws(() => new NumberedWorkers(options), 'NotSupported');
      return;
    }
    const { workers } = new NumberedWorkers(options);
    const { cause } = await fails(workers.req('who'), 'ServerDisappeared');
    equal((cause as { code?: string }).code, 'NotSupported');
    await fails(workers.done, 'ServerDisappeared');
  });

  check('invalid limits are refused', () => {
    for (const options of [
      { maxCalls: 0 },
      { maxCalls: NaN },
      { maxCalls: 'many' as never },
      { maxAge: 0 },
      { maxAge: -1 },
      { maxMemory: 0 },
      { maxMemory: NaN },
    ]) {
      throws(() => new NumberedWorkers(options), 'InvalidArgument');
    }
    return Promise.resolve();
  });
});
