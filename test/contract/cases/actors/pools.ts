/** Pools of actors in one thread; those of threads are in pools-of-threads.ts. */
import type { ReplyContext } from 'ump-ng';
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
  type Running,
  type WorkerStats,
} from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { isPending } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { dispose, Gate, reporting, turns, until, upTo } from '../../utilities.js';

type Command = 'who' | 'hold' | 'crash' | 'end' | 'fail';

/** Numbered workers, and the calls that they hold. */
class NumberedWorkers {
  started = 0;
  readonly posts: string[] = [];
  readonly held: { by: number; rctx: ReplyContext<number> }[] = [];

  readonly start = (): Running<string, Command, number, never> => {
    const number = ++this.started;
    return spawn<string, Command, number>(
      {
        post: (text) => void this.posts.push(`${String(number)}: ${text}`),
        req: (command, rctx) => {
          if (command === 'crash') throw new Error(`${String(number)} crashed`);
          if (command === 'fail') rctx.fail('as asked' as never);
          else if (command === 'hold') this.held.push({ by: number, rctx });
          else rctx.reply(number);
          return command === 'end' ? stop() : undefined;
        },
      },
      {
        concurrency: 100,
        onError: (error) => {
          throw error;
        },
      },
    );
  };

  /** Waits until `count` calls are held; the numbers of the workers that hold them. */
  async holders(count: number): Promise<number[]> {
    await until(() => this.held.length >= count);
    return this.held.map(({ by }) => by);
  }

  answer(at: number): void {
    const { by, rctx } = this.held[at]!;
    rctx.reply(by);
  }
}

type AnyPool = Pool<string, Command, number>;

const upAll = (workers: AnyPool): Promise<void> =>
  until(() => workers.stats.workers.every(({ up }) => up));

async function made(
  options: PoolOptions,
): Promise<{ numbered: NumberedWorkers; workers: AnyPool }> {
  const numbered = new NumberedWorkers();
  const workers = pool(numbered.start, options);
  await upAll(workers);
  return { numbered, workers };
}

/**
 * A pool of one worker without a limit, which starts `starts` calls; `end()` ends the worker, which
 * returns the calls that it has not started.
 */
async function ending(options: PoolOptions, starts = Infinity) {
  const end = new Gate();
  let started = 0;
  const worker = (own: number) =>
    actor({ req: { who: () => own, end: () => end.opened.then(() => stop()) } });
  const start = () => {
    if (started >= starts) throw new Error('no more workers');
    return spawn(worker(++started));
  };
  const workers = pool(start, { size: 1, prefetchMs: Infinity, ...options });
  const there = remote<ReturnType<typeof worker>>(workers);
  equal(await there.req.who(), 1);
  return { end, workers, there };
}

export const pools = theme('actors: pools', (check) => {
  check(
    'a call goes to the worker with the fewest calls, or waits until a worker is free',
    async () => {
      const { numbered, workers } = await made({ size: 3, prefetchMs: 0 });
      const calls = upTo(4).map(() => workers.req('hold'));
      equal(new Set(await numbered.holders(3)).size, 3);
      const { waiting, pending } = workers.stats;
      equal([waiting, pending], [1, 3]);
      await turns();
      equal(numbered.held.length, 3);
      numbered.answer(1);
      const [, second, , fourth] = await numbered.holders(4);
      equal(fourth, second);
      for (const at of [0, 2, 3]) numbered.answer(at);
      await Promise.all(calls);
      await workers.stop();
    },
  );

  check('prefetchMs lets calls queue at a worker', async () => {
    const { numbered, workers } = await made({ size: 2, prefetchMs: Infinity });
    await Promise.all(upTo(4).map(() => workers.req('who')));
    const calls = upTo(10).map(() => workers.req('hold'));
    equal((await numbered.holders(10)).filter((by) => by === 1).length, 5);
    equal(workers.stats.waiting, 0);
    for (const at of numbered.held.keys()) numbered.answer(at);
    await Promise.all(calls);
    await workers.stop();
  });

  check('long calls do not queue behind each other', async () => {
    const { numbered, workers } = await made({ size: 2, prefetchMs: 1 });
    // The pool has measured by now that these calls take longer than prefetchMs.
    for (const n of [0, 1]) {
      const call = workers.req('hold');
      await numbered.holders(n + 1);
      const since = performance.now();
      await until(() => performance.now() - since > 5);
      numbered.answer(n);
      await call;
    }
    const calls = upTo(3).map(() => workers.req('hold'));
    await numbered.holders(4);
    await turns();
    equal([workers.stats.waiting, numbered.held.length], [1, 4]);
    numbered.answer(3);
    const holders = await numbered.holders(5);
    equal(holders[4], holders[3]);
    numbered.answer(2);
    numbered.answer(4);
    await Promise.all(calls);
    await workers.stop();
  });

  check('a worker takes up to `concurrency` calls at a time', async () => {
    const { numbered, workers } = await made({ size: 2, prefetchMs: 0, concurrency: 3 });
    const calls = upTo(7).map(() => workers.req('hold'));
    equal((await numbered.holders(6)).filter((by) => by === 1).length, 3);
    equal(workers.stats.waiting, 1);
    numbered.answer(0);
    await numbered.holders(7);
    for (const at of upTo(6)) numbered.answer(at);
    await Promise.all(calls);
    await workers.stop();
  });

  check('close() lets pending calls settle, and ends the workers', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0 });
    const calls = upTo(2).map(() => workers.req('hold'));
    await numbered.holders(1);
    workers.close();
    await fails(workers.req('who'), 'Detached');
    await fails(workers.reqAll('who'), 'Detached');
    throws(() => {
      workers.postAll('nothing');
    }, 'Detached');
    equal(await isPending(workers.done), true);
    for (const at of [0, 1]) {
      await numbered.holders(at + 1);
      numbered.answer(at);
    }
    equal(await Promise.all(calls), [1, 1]);
    await workers.done;
  });

  check('calls are sent again though close() was called meanwhile', async () => {
    const { end, workers, there } = await ending({});
    const first = there.req.end();
    const again = there.with({ idempotent: 1 }).req.who();
    const once = there.req.who();
    await until(() => workers.stats.pending === 3);
    workers.close();
    end.open();
    await first;
    equal([await once, await again], [2, 2]);
    await workers.done;
  });

  check('calls fail if no worker starts again after close()', async () => {
    const { end, workers, there } = await ending({ intensity: { restarts: 0, within: 1000 } }, 1);
    const first = there.req.end();
    const again = fails(there.with({ idempotent: 1 }).req.who(), 'ServerDisappeared');
    await until(() => workers.stats.pending === 2);
    workers.close();
    end.open();
    await first;
    await again;
    await fails(workers.done, 'ServerDisappeared');
  });

  check('ready() of a bounded pool waits until its queue has room', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0, queue: 1 });
    const calls = upTo(2).map(() => workers.req('hold'));
    await numbered.holders(1);
    const room = workers.ready();
    equal(await isPending(room), true);
    numbered.answer(0);
    // The other call has left the queue, and keeps the worker busy.
    await room;
    equal([workers.stats.waiting, workers.stats.pending], [0, 1]);
    calls.push(workers.req('hold'));
    const given = fails(workers.ready(), 'Detached');
    workers.close();
    await given;
    for (const at of [1, 2]) {
      await numbered.holders(at + 1);
      numbered.answer(at);
    }
    await Promise.all(calls);
  });

  check('of several callers of ready(), each has its own room in the queue', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0, queue: 1 });
    const calls = [workers.req('hold')];
    await numbered.holders(1);
    const callWhenReady = async (): Promise<number> => {
      await workers.ready();
      return workers.req('hold');
    };
    calls.push(callWhenReady(), callWhenReady());
    equal(await isPending(Promise.race(calls)), true);
    equal(workers.stats.waiting, 1);
    for (const at of [0, 1, 2]) {
      await numbered.holders(at + 1);
      numbered.answer(at);
    }
    await Promise.all(calls);
    await workers.stop();
  });

  check('ready() waits for the first worker', async () => {
    const begin = new Gate();
    const numbered = new NumberedWorkers();
    const workers = pool(() => begin.opened.then(numbered.start), { size: 1, queue: 1 });
    const room = workers.ready();
    equal(await isPending(room), true);
    begin.open();
    await room;
    equal(await workers.req('who'), 1);
    await workers.stop();
  });

  check('round-robin sends calls to the workers in turn', async () => {
    const { workers } = await made({ size: 3, route: 'round-robin' });
    const who: number[] = [];
    for (let n = 0; n < 7; n++) who.push(await workers.req('who'));
    equal(who, [1, 2, 3, 1, 2, 3, 1]);
    await workers.stop();
  });

  check('round-robin applies to idempotent calls, and after ready()', async () => {
    const { workers } = await made({ size: 3, route: 'round-robin' });
    const who: number[] = [];
    for (let n = 0; n < 3; n++) who.push(await workers.req('who', { idempotent: 1 }));
    for (let n = 0; n < 3; n++) {
      await workers.ready();
      who.push(await workers.req('who'));
    }
    equal(who, [1, 2, 3, 1, 2, 3]);
    await workers.stop();
  });

  check('random spreads the calls', async () => {
    const { workers } = await made({ size: 3, route: 'random' });
    const who = new Set<number>();
    while (who.size < 3) who.add(await workers.req('who'));
    equal([...who].sort(), [1, 2, 3]);
    await workers.stop();
  });

  check('all calls of one key go to one worker, in order', async () => {
    const { numbered, workers } = await made({
      size: 3,
      route: (text: string) => text.charAt(0),
    });
    const letters = 'abcdefghij'.split('');
    for (const n of upTo(5)) for (const letter of letters) workers.post(`${letter}${String(n)}`);
    await until(() => numbered.posts.length === 50);
    const places = new Set<string>();
    for (const letter of letters) {
      const own = numbered.posts.filter((post) => post.includes(`: ${letter}`));
      const [place] = own[0]!.split(':');
      places.add(place!);
      equal(
        own,
        upTo(5).map((n) => `${place!}: ${letter}${String(n)}`),
      );
    }
    ok(places.size > 1, 'all went to one');
    await workers.stop();
  });

  check('broadcast reaches all workers, and the first reply wins', async () => {
    const { numbered, workers } = await made({ size: 3, route: 'broadcast' });
    workers.post('news');
    await until(() => numbered.posts.length === 3);
    equal([...numbered.posts].sort(), ['1: news', '2: news', '3: news']);
    const answer = workers.req('hold');
    equal(new Set(await numbered.holders(3)).size, 3);
    const second = numbered.held[1]!;
    numbered.answer(1);
    equal(await answer, second.by);
    // The other workers got the request as well, and their replies are ignored.
    for (const at of [0, 2]) numbered.answer(at);
    equal(
      await workers
        .reqDeferred('who')
        .wait()
        .then((by) => upTo(3).includes(by)),
      true,
    );
    await until(() => workers.stats.pending === 0);
    await workers.stop();
  });

  check('a broadcast request fails when all workers fail, or when it is cancelled', async () => {
    const { numbered, workers } = await made({ size: 2, route: 'broadcast' });
    await fails(workers.req('fail'), 'App');
    await fails(workers.req('hold', { timeout: 1 }), 'Timeout');
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = fails(workers.reqDeferred('hold', { signal }).wait(), 'Aborted');
    await until(() => numbered.held.length >= 2);
    controller.abort();
    await aborted;
    const buffer = new ArrayBuffer(1);
    await fails(workers.req('who', { transfer: [buffer] }), 'InvalidArgument');
    throws(() => {
      workers.post('x', { transfer: [buffer] });
    }, 'InvalidArgument');
    equal(buffer.byteLength, 1);
    await workers.stop();
  });

  check('each worker gets a broadcast once', async () => {
    const dropped: unknown[] = [];
    const got: string[] = [];
    let started = 0;
    const begin = new Gate();
    const starts = [
      // This one is closed before it was accepted.
      () => {
        const gone = spawn<string, string, string>({});
        gone.client.close();
        return gone;
      },
      // This one has credit for two posts: one that it handles, and one that waits.
      () => spawn<string, string, string>({ post: () => begin.opened }, { capacity: 1 }),
    ];
    const workers = pool<string, string, string, never>(
      async () => {
        await Promise.resolve();
        const number = String(++started);
        const other = { post: (text: string) => void got.push(`${number}: ${text}`) };
        return (starts.shift() ?? (() => spawn<string, string, string>(other)))();
      },
      { size: 2, route: 'broadcast', onDropped: (what) => dropped.push(what) },
    );
    for (const text of ['first', 'second', 'third']) {
      workers.post(text);
      await until(() => got.includes(`3: ${text}`));
    }
    equal(got, ['3: first', '3: second', '3: third']);
    await until(() => dropped.length > 0);
    equal(dropped, [{ type: 'post', msg: 'third' }]);
    begin.open();
    await workers.stop();
  });

  check('disposing an answered broadcast cancels no other worker', async () => {
    const { numbered, workers } = await made({ size: 2, route: 'broadcast' });
    const reply = workers.reqDeferred('hold');
    await numbered.holders(2);
    numbered.answer(0);
    await reply.wait();
    const { signal } = numbered.held[1]!.rctx;
    reply[dispose]();
    await turns();
    equal(signal.aborted, false);
    numbered.answer(1);
    await workers.stop();
  });

  check('posts are spread over the workers', async () => {
    const { numbered, workers } = await made({ size: 4 });
    for (const n of upTo(40)) workers.post(String(n));
    await until(() => numbered.posts.length === 40);
    const by = (number: number): number =>
      numbered.posts.filter((post) => post.startsWith(`${String(number)}:`)).length;
    equal(upTo(4).map(by), [10, 10, 10, 10]);
    await workers.stop();
  });

  check('a post for which one worker has no credit goes to another', async () => {
    const begin = new Gate();
    const got: string[] = [];
    let isFirst = true;
    const workers = pool<string, string, string, never>(
      () => {
        const waits = isFirst;
        isFirst = false;
        return spawn<string, string, string>(
          {
            post: async (text) => {
              if (waits) await begin.opened;
              got.push(text);
            },
          },
          { capacity: 1 },
        );
      },
      { size: 2 },
    );
    await upAll(workers as unknown as AnyPool);
    for (const text of 'abcdef') {
      workers.post(text);
      await turns();
    }
    // One worker handles a post and has another one waiting; all others went to the other worker.
    await until(() => got.length >= 4);
    await turns();
    equal(got.length, 4);
    begin.open();
    await until(() => got.length === 6);
    equal([...got].sort(), ['a', 'b', 'c', 'd', 'e', 'f']);
    await workers.stop();
  });

  check('drain() waits for queued posts', async () => {
    const begin = new Gate();
    const numbered = new NumberedWorkers();
    const workers = pool(() => begin.opened.then(numbered.start), { size: 1 });
    workers.post('x');
    const drained = workers.drain();
    equal(await isPending(drained), true);
    begin.open();
    await drained;
    workers.close();
    await workers.done;
    equal(numbered.posts, ['1: x']);
  });

  check('drain() settles when the pool ends and its calls fail', async () => {
    const workers = pool(() => new Promise<ReturnType<NumberedWorkers['start']>>(() => undefined), {
      size: 1,
    });
    const waiting = fails(workers.req('who'), 'ServerDisappeared');
    const drained = workers.drain();
    workers.kill();
    await waiting;
    await drained;
  });

  check('a post to a full queue throws', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0, queue: 2 });
    const calls = upTo(3).map(() => workers.req('hold'));
    await numbered.holders(1);
    await fails(workers.req('hold'), 'MailboxFull');
    throws(() => {
      workers.post('no room');
    }, 'MailboxFull');
    throws(() => workers.reqDeferred('hold'), 'MailboxFull');
    for (const at of [0, 1, 2]) {
      await numbered.holders(at + 1);
      numbered.answer(at);
    }
    await Promise.all(calls);
    workers.post('fits again');
    await workers.stop();
    equal(numbered.posts, ['1: fits again']);
  });

  check('a cancelled call leaves the queue', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0, queue: 1 });
    const first = workers.req('hold');
    await numbered.holders(1);
    await fails(workers.req('hold', { timeout: 1 }), 'Timeout');
    equal(workers.stats.waiting, 0);
    const second = workers.req('hold');
    numbered.answer(0);
    await numbered.holders(2);
    numbered.answer(1);
    equal(await Promise.all([first, second]), [1, 1]);
    await workers.stop();
  });

  check('a worker that is still starting when the pool stops is ended', async () => {
    const numbered = new NumberedWorkers();
    let go!: () => void;
    const ended: unknown[] = [];
    const workers: AnyPool = pool(
      async () => {
        await new Promise<void>((resolve) => (go = resolve));
        const running = numbered.start();
        void running.done.then(() => ended.push('ended'));
        return running;
      },
      { size: 1 },
    );
    const call = fails(workers.req('who'), 'ServerDisappeared');
    workers.kill();
    await call;
    await workers.done;
    go();
    await until(() => ended.length === 1);
  });

  check('a pool grows while calls wait, and shrinks when workers are idle', async () => {
    const { numbered, workers } = await made({ min: 1, max: 3, prefetchMs: 0, idle: 1 });
    equal(workers.stats.workers.length, 1);
    const calls = upTo(5).map(() => workers.req('hold'));
    equal(new Set(await numbered.holders(3)).size, 3);
    equal([workers.stats.workers.length, workers.stats.waiting], [3, 2]);
    for (const at of upTo(5)) {
      await numbered.holders(Math.max(at, 3));
      numbered.answer(at - 1);
    }
    await Promise.all(calls);
    await until(() => workers.stats.workers.length === 1);
    ok((await workers.req('who')) <= 3, 'the call went to a new worker');
    await workers.stop();
  });

  check('with `min: 0` the first call starts a worker', async () => {
    const { numbered, workers } = await made({ min: 0, max: 2 });
    equal(numbered.started, 0);
    equal(await workers.req('who'), 1);
    await workers.stop();
  });

  check('postAll() and reqAll() reach all workers', async () => {
    const { numbered, workers } = await made({ size: 3 });
    workers.postAll('news');
    const asked = workers.reqAll('hold');
    equal(workers.stats.pending, 3);
    await numbered.holders(3);
    for (const at of numbered.held.keys()) numbered.answer(at);
    await asked;
    equal(
      await workers.reqAll('who'),
      upTo(3).map((value) => ({ ok: true, value })),
    );
    equal(
      numbered.posts.sort(),
      upTo(3).map((n) => `${String(n)}: news`),
    );
    await workers.stop();
  });

  check('stats() counts calls and workers', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0 });
    for (let n = 0; n < 3; n++) await workers.req('who');
    await fails(workers.req('fail'), 'App');
    const call = workers.req('hold');
    await numbered.holders(1);
    const { waiting, pending, latency, workers: each } = workers.stats;
    equal([waiting, pending], [0, 1]);
    const [{ utilization, ...only }] = each as [WorkerStats];
    equal([only, each.length], [{ up: true, pending: 1, processed: 3, failed: 1, restarts: 0 }, 1]);
    ok(0 < utilization && utilization <= 1, String(utilization));
    equal(latency.count, 4);
    const { median, p90, p99, max } = latency;
    ok(0 < median && median <= p90 && p90 <= p99 && p99 <= max, JSON.stringify(latency));
    numbered.answer(0);
    await call;
    await workers.stop();
  });

  check('stats tell waiting from running, and count the calls of each method', async () => {
    const held: (() => void)[] = [];
    const worker = actor({
      req: {
        hold: () => new Promise<void>((resolve) => held.push(resolve)),
        fail: () => {
          throw new Error('as asked');
        },
      },
    });
    const workers = pool(() => spawn(worker), { size: 1, prefetchMs: 0 });
    const there = remote<typeof worker>(workers).req;
    const since = performance.now();
    const calls = upTo(2).map(() => there.hold());
    await until(() => held.length === 1 && performance.now() - since > 20);
    held[0]!();
    await calls[0];
    await until(() => held.length === 2);
    held[1]!();
    await calls[1];
    await fails(there.fail(), 'HandlerFailed');
    const { waitTime, runTime, latency, methods, utilization } = workers.stats;
    equal(methods, { hold: { processed: 2, failed: 0 }, fail: { processed: 0, failed: 1 } });
    equal([waitTime.count, runTime.count, latency.count], [3, 3, 3]);
    // The first call ran for 20 ms, and the second waited as long.
    ok(waitTime.max >= 15 && runTime.max >= 15, JSON.stringify({ waitTime, runTime }));
    ok(latency.max >= Math.max(waitTime.max, runTime.max), JSON.stringify(latency));
    ok(0 < utilization && utilization <= 1, String(utilization));
    await workers.stop();
  });

  check('calls of a higher priority leave the queue first, others in order', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0 });
    const order: string[] = [];
    const first = workers.req('hold');
    await numbered.holders(1);
    const priorities = [undefined, 1, -1, 2, 0, 1, Infinity, -1];
    const calls = priorities.map((priority, at) =>
      workers.req('who', { priority }).then(() => order.push(`${String(priority)} ${String(at)}`)),
    );
    const late = fails(workers.req('who', { priority: 9, timeout: 1 }), 'Timeout');
    equal(workers.stats.waiting, 9);
    await late;
    ok(workers.stats.oldest > 0, 'none waits');
    numbered.answer(0);
    await Promise.all([first, ...calls]);
    equal(order, ['Infinity 6', '2 3', '1 1', '1 5', 'undefined 0', '0 4', '-1 2', '-1 7']);
    for (const priority of [NaN, 'high' as never]) {
      await fails(workers.req('who', { priority }), 'InvalidArgument');
    }
    equal(workers.stats.waiting, 0);
    await workers.stop();
  });

  check('with() of a remote has the priority of its calls and streams', async () => {
    const begun: string[] = [];
    const held: (() => void)[] = [];
    const worker = actor({
      work: (name: string) => {
        begun.push(name);
        return new Promise<void>((resolve) => held.push(resolve));
      },
      *items(name: string) {
        begun.push(name);
        yield name;
      },
    });
    const workers = pool(() => spawn(worker), { size: 1, prefetchMs: 0 });
    const there = remote(workers);
    const first = there.req.work('first');
    await until(() => held.length === 1);
    const urgent = there.with({ priority: 2 });
    const calls = [
      there.req.work('normal'),
      there.with({ priority: 1 }).with({ timeout: 60_000 }).req.work('soon'),
      urgent.tryReq.work('urgent'),
      urgent.with({ priority: 3 }).stream.items('stream').next(),
      there.with({ priority: 4, onProgress: () => undefined }).req.work('progress'),
    ];
    for (let n = 0; n < 5; n++) {
      await until(() => held.length > n);
      held[n]!();
    }
    await Promise.all([first, ...calls]);
    equal(begun, ['first', 'progress', 'stream', 'urgent', 'soon', 'normal']);
    await workers.stop();
  });

  check('`order` says which message leaves the queue first', async () => {
    const log: number[] = [];
    const begin = new Gate();
    const dropped: unknown[] = [];
    const workers: Pool<number, number, null> = pool(
      () =>
        begin.opened.then(() =>
          spawn({
            post: (msg: number) => void log.push(msg),
            req: (msg: number, rctx: ReplyContext<null>) => {
              log.push(msg);
              rctx.reply(null);
            },
          }),
        ),
      {
        size: 1,
        order: (a, b) => (a.msg as number) - (b.msg as number),
        onDropped: (what) => dropped.push(what),
      },
    );
    const calls = [5, 3, 9].map((msg) => workers.req(msg));
    workers.post(7);
    workers.post(1);
    const given = fails(workers.req(2, { timeout: 1 }), 'Timeout');
    await given;
    begin.open();
    await Promise.all(calls);
    equal(log, [1, 3, 5, 7, 9]);
    await workers.stop();

    const never = pool(() => new Promise<ReturnType<NumberedWorkers['start']>>(() => undefined), {
      size: 1,
      order: () => {
        throw new Error('no order');
      },
    });
    await reporting(async (reported) => {
      const waiting = upTo(3).map(() => fails(never.req('who'), 'ServerDisappeared'));
      never.kill();
      await Promise.all(waiting);
      ok(reported.length > 0, 'the error was not reported');
    });
  });

  check('drain() waits for all pending calls', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0 });
    await workers.drain();
    const calls = upTo(2).map(() => workers.req('hold'));
    const drained = workers.drain();
    await numbered.holders(1);
    numbered.answer(0);
    await numbered.holders(2);
    ok(await isPending(drained), 'it is drained with a call pending');
    numbered.answer(1);
    await drained;
    await Promise.all(calls);
    await workers.stop();
  });

  check('stop() lets pending calls finish, and refuses new calls', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0 });
    const calls = upTo(2).map(() => workers.req('hold'));
    await numbered.holders(1);
    const over = workers.stop();
    await fails(workers.req('who'), 'ServerDisappeared');
    equal((await workers.closed).code, 'ServerDisappeared');
    numbered.answer(0);
    await numbered.holders(2);
    numbered.answer(1);
    equal(await Promise.all(calls), [1, 1]);
    await over;
    await workers.done;
  });

  check('calls that take longer than the grace period of stop() fail', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0, shutdown: 1 });
    void workers.tryReq('hold');
    const waiting = fails(workers.req('hold'), 'ServerDisappeared');
    await numbered.holders(1);
    await workers.stop();
    await waiting;
    numbered.answer(0);
  });

  check('calls of a handler that never settles fail when the pool ends', async () => {
    // A promise that nothing refers to is collected, and with it the reply context.
    const kept: unknown[] = [];
    const stuck = actor({ req: { never: () => new Promise((resolve) => kept.push(resolve)) } });
    for (const end of ['kill', 'stop'] as const) {
      const workers = pool(() => spawn(stuck), { size: 1, prefetchMs: 0, shutdown: 1 });
      const { req } = remote<typeof stuck>(workers);
      const handled = fails(req.never(), 'ServerDisappeared');
      const waiting = fails(req.never(), 'ServerDisappeared');
      await until(() => workers.stats.pending === 1);
      void workers[end]();
      await handled;
      await waiting;
      await workers.done;
    }
  });

  check('a call or a post for which the key function throws fails, and others go on', async () => {
    const { workers } = await made({
      size: 2,
      route: (msg: string | undefined) => {
        if (msg === 'fail') throw new RangeError('no key');
        return typeof msg;
      },
    });
    const attempts = [
      await fails(workers.req('fail'), 'InvalidArgument'),
      await fails(workers.req('fail', { idempotent: 1 }), 'InvalidArgument'),
      throws(() => workers.reqDeferred('fail'), 'InvalidArgument'),
      throws(() => {
        workers.post('fail');
      }, 'InvalidArgument'),
    ];
    for (const { cause } of attempts) equal((cause as Error).message, 'no key');
    equal(workers.stats.waiting, 0);
    await workers.ready();
    // A message may be undefined; it has a key like any other.
    const answers = upTo(4).map(() => workers.req(undefined as never));
    equal(new Set(await Promise.all(answers)).size, 1);
    await workers.stop();
  });

  check('`queue` bounds the calls that wait for the worker of their key', async () => {
    const route = (command: string) => command;
    const { numbered, workers } = await made({ size: 2, prefetchMs: 0, queue: 1, route });
    const calls = upTo(2).map(() => workers.req('hold'));
    await numbered.holders(1);
    equal([workers.stats.waiting, workers.stats.pending], [1, 1]);
    await fails(workers.req('hold'), 'MailboxFull');
    const room = workers.ready();
    numbered.answer(0);
    await numbered.holders(2);
    await room;
    numbered.answer(1);
    await Promise.all(calls);
    await workers.stop();
  });

  check('kill() ends the pool at once', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0 });
    const held = fails(workers.req('hold'), 'ServerDisappeared');
    const waiting = fails(workers.req('hold'), 'ServerDisappeared');
    await numbered.holders(1);
    workers.kill();
    await waiting;
    await held;
    await workers.done;
  });

  check('kill() during stop() fails calls at workers that cannot be killed', async () => {
    const { numbered, workers } = await made({ size: 1, prefetchMs: 0, shutdown: Infinity });
    const held = fails(workers.req('hold'), 'ServerDisappeared');
    await numbered.holders(1);
    void workers.stop();
    await turns(2);
    workers.kill();
    await held;
    await workers.done;
  });

  check('a worker that ends is replaced; its slot takes no calls meanwhile', async () => {
    const events: string[] = [];
    const { workers } = await made({ size: 2, onEvent: ({ type }) => events.push(type) });
    await fails(workers.req('crash'), 'HandlerFailed');
    const who = await Promise.all(upTo(4).map(() => workers.req('who', { idempotent: 1 })));
    ok(!who.includes(1), who.join());
    await upAll(workers);
    equal(
      workers.stats.workers.map(({ restarts }) => restarts),
      [1, 0],
    );
    equal(events, ['started', 'started', 'ended', 'restarting', 'started']);
    await workers.stop();
  });

  check('calls that are queued for a slot without a worker fail when the pool ends', async () => {
    for (const end of ['kill', 'stop'] as const) {
      const options = { size: 1, shutdown: 1, backoff: { initial: 1_000 }, route: () => 'any' };
      const { workers } = await made(options);
      await fails(workers.req('crash'), 'HandlerFailed');
      await until(() => workers.stats.workers.every(({ up }) => !up));
      const waiting = fails(workers.req('who'), 'ServerDisappeared');
      const all = workers.reqAll('who');
      void workers[end]();
      await waiting;
      equal(
        (await all).map((result) => result.ok),
        [false],
      );
      await workers.done;
    }
  });

  check('with `queue: 0` a free worker takes a call', async () => {
    const { workers } = await made({ size: 1, queue: 0 });
    equal(await workers.req('who'), 1);
    equal(await workers.req('who', { idempotent: 1 }), 1);
    equal(await workers.reqDeferred('who').wait(), 1);
    await workers.stop();
  });

  check('a pool gives up after too many restarts, and all its calls fail', async () => {
    const { workers } = await made({ size: 1, intensity: { restarts: 1, within: 60_000 } });
    await fails(workers.req('crash'), 'HandlerFailed');
    await upAll(workers);
    await fails(workers.req('crash'), 'HandlerFailed');
    const waiting = fails(workers.req('who'), 'ServerDisappeared');
    const error = await fails(workers.done, 'ServerDisappeared');
    equal((error.cause as Error).message, '1 crashed'.replace('1', '2'));
    await waiting;
    await fails(workers.req('who'), 'ServerDisappeared');
  });

  check('invalid options are refused', async () => {
    const { start } = new NumberedWorkers();
    for (const options of [
      { size: 0 },
      { size: 1.5 },
      { min: 3, max: 2 },
      { min: -1, max: 2 },
      { queue: -1 },
      { idle: NaN },
      { prefetchMs: -1 },
      { prefetchMs: NaN },
      { prefetchMs: 'none' as never },
      { concurrency: 0 },
      { concurrency: -1 },
      { concurrency: 1.5 },
      { concurrency: NaN },
      { concurrency: '2' as never },
      { shutdown: -1 },
      { route: 'nearest' as never },
      { route: 'constructor' as never },
      { order: 'fifo' as never },
      { intensity: { restarts: -1, within: 1 } },
    ]) {
      throws(() => pool(start, options), 'InvalidArgument');
    }
    const ordering = { queue: ((a: number, b: number) => a - b) as never };
    const { message } = throws(() => pool(start, ordering), 'InvalidArgument');
    ok(/\border\b/.test(message), message);
    throws(() => pool(''), 'InvalidArgument');
    throws(() => spawnWorker(''), 'InvalidArgument');
    throws(() => supervise({ a: { start: '' } }), 'InvalidArgument');
    const { workers } = await made({ size: 1 });
    await fails(workers.req('who', { killAfter: -1 }), 'InvalidArgument');
    for (const signal of [null, {}, 'signal']) {
      const options = { signal: signal as never };
      await fails(workers.req('who', { ...options, idempotent: 1 }), 'InvalidArgument');
      throws(() => workers.reqDeferred('who', options), 'InvalidArgument');
    }
    await workers.drain();
    await workers.stop();
  });
});
