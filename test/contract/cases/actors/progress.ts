/** Progress that methods report. */
import { actor, pool, remote, spawn } from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { pair, takeRequest } from '../../in-process-pair.js';
import { closeAtEnd } from '../../keep-until-end.js';
import type { Capability } from '../../rig.js';
import { theme } from '../../suite-dsl.js';
import { Gate, turns, until, upTo } from '../../utilities.js';
import { methodsInThread } from './results.js';

const REAL: readonly Capability[] = ['threads', 'workers', 'death'];

/** An actor that reports progress, and what happens to it. */
function working() {
  const gate = new Gate();
  const seen: unknown[] = [];
  const worker = actor({
    steps(count: number) {
      for (let n = 1; n <= count; n++) this.progress(n);
      return 'done';
    },
    async slowly(count: number) {
      for (let n = 1; n <= count; n++) {
        this.progress(n);
        await turns(1);
      }
      return 'done';
    },
    fails() {
      this.progress('first');
      throw new RangeError('failed');
    },
    async waits() {
      this.progress('first');
      const { signal } = this;
      await gate.opened;
      this.progress('second');
      await turns();
      this.progress('third');
      seen.push(signal.aborted);
      return 'over';
    },
    async goesOnAfterItsEnd() {
      this.progress('first');
      const { signal } = this;
      await gate.opened;
      this.progress('second');
      await until(() => signal.aborted);
      this.progress('third');
      seen.push('aborted');
    },
    async waitsForItsEnd() {
      this.progress('first');
      const { signal } = this;
      await until(() => signal.aborted);
      seen.push('aborted');
    },
    async afterwards() {
      void gate.opened.then(() => {
        this.progress('too late');
        seen.push('reported');
      });
      return Promise.resolve('done');
    },
    uncloneable() {
      this.progress(() => 1);
    },
    takes() {
      this.progress('before');
      const { rctx } = this;
      this.progress('after');
      rctx.reply('by itself');
      return 'not sent';
    },
    moves() {
      const buffer = new ArrayBuffer(8);
      this.progress(buffer);
      seen.push(buffer.byteLength);
    },
    *items() {
      this.progress('ignored');
      yield 1;
    },
  });
  const { client } = spawn(worker, { concurrency: 4, onError: () => undefined });
  closeAtEnd(client);
  return { worker, there: remote(client), gate, seen };
}

/** Collects progress. */
function collecting() {
  const events: unknown[] = [];
  return { events, onProgress: (value: unknown) => void events.push(value) };
}

export const actorProgress = theme('actors: progress', (check) => {
  check('all progress arrives in order and before the reply', async () => {
    const { there } = working();
    const { events, onProgress } = collecting();
    const reply = there.with({ onProgress }).req.steps(100);
    equal([await reply, events], ['done', upTo(100)]);
    equal(await there.with({ onProgress }).req.steps(0), 'done');
    await turns();
    equal(events, upTo(100));
  });

  check('progress arrives while the method works', async () => {
    const { there, gate } = working();
    const { events, onProgress } = collecting();
    const reply = there.with({ onProgress }).req.waits();
    await until(() => events.length === 1);
    gate.open();
    equal([await reply, events], ['over', ['first', 'second', 'third']]);
  });

  check('progress of concurrent calls does not mix', async () => {
    const { there } = working();
    const calls = upTo(4).map(async (n) => {
      const { events, onProgress } = collecting();
      equal(await there.with({ onProgress }).req.slowly(n), 'done');
      return events;
    });
    equal(
      await Promise.all(calls),
      upTo(4).map((n) => upTo(n)),
    );
  });

  check('all progress arrives before an error', async () => {
    const { there } = working();
    const { events, onProgress } = collecting();
    const { cause } = await fails(there.with({ onProgress }).req.fails(), 'HandlerFailed');
    equal([(cause as Error).message, events], ['failed', ['first']]);
  });

  check('no progress arrives after an abort', async () => {
    const { there, gate, seen } = working();
    const { events, onProgress } = collecting();
    const controller = new AbortController();
    const { signal } = controller;
    const call = fails(there.with({ onProgress, signal }).req.goesOnAfterItsEnd(), 'Aborted');
    await until(() => events.length === 1);
    gate.open();
    controller.abort();
    await call;
    await until(() => seen.length > 0);
    await turns();
    equal([seen, events], [['aborted'], ['first']]);
    await fails(there.with({ onProgress, signal }).req.steps(1), 'Aborted');
  });

  check('an abort in onProgress is the last one', async () => {
    const { there } = working();
    const controller = new AbortController();
    const events: unknown[] = [];
    const onProgress = (value: unknown) => {
      events.push(value);
      if (value === 2) controller.abort();
    };
    const call = there.with({ onProgress, signal: controller.signal }).req.slowly(50);
    await fails(call, 'Aborted');
    await turns();
    equal(events, [1, 2]);
  });

  check('progress after the reply goes nowhere', async () => {
    const { there, gate, seen } = working();
    const { events, onProgress } = collecting();
    equal(await there.with({ onProgress }).req.afterwards(), 'done');
    gate.open();
    await until(() => seen.length > 0);
    await turns();
    equal(events, []);
  });

  check('without onProgress, and in a stream, progress goes nowhere', async () => {
    const { there } = working();
    equal(await there.req.steps(3), 'done');
    const { events, onProgress } = collecting();
    const items: number[] = [];
    for await (const item of there.with({ onProgress }).stream.items()) items.push(item);
    equal([items, events], [[1], []]);
  });

  check('an error of onProgress gives the call up and rejects it', async () => {
    const { there, seen } = working();
    const error = new Error('of the listener');
    const onProgress = () => {
      throw error;
    };
    const outcome = await there
      .with({ onProgress })
      .req.waitsForItsEnd()
      .catch((thrown: unknown) => thrown);
    ok(outcome === error, 'another outcome');
    await until(() => seen.length > 0);
    equal(seen, ['aborted']);
  });

  check('progress that cannot be cloned throws in the method', async () => {
    const { there } = working();
    const { onProgress } = collecting();
    const { cause } = await fails(there.with({ onProgress }).req.uncloneable(), 'HandlerFailed');
    equal((cause as { code?: unknown }).code, 'DataClone');
  });

  check('a method that takes its context reports no progress after that', async () => {
    const { there } = working();
    const { events, onProgress } = collecting();
    equal(await there.with({ onProgress }).req.takes(), 'by itself');
    ok(!events.includes('after'), 'it arrived');
  });

  check('progress passes a pool', async () => {
    const { worker } = working();
    const workers = pool(() => spawn(worker), { size: 2 });
    const { events, onProgress } = collecting();
    equal(await remote(workers).with({ onProgress }).req.steps(3), 'done');
    equal(events, [1, 2, 3]);
    await workers.stop();
  });

  check('what is no function is refused', () => {
    const { there } = working();
    throws(() => there.with({ onProgress: 'text' } as never), 'InvalidArgument');
    throws(() => remote(pair().client, { onProgress: 1 } as never), 'InvalidArgument');
    return Promise.resolve();
  });

  check('a server that knows no progress answers without any', async () => {
    const { server, client } = pair();
    const { events, onProgress } = collecting();
    const far = remote<{ ask(n: number): string }>(client as never);
    const reply = far.with({ onProgress }).req.ask(1);
    const { msg, rctx } = await takeRequest(server);
    equal((msg as unknown[]).slice(0, 2), [['ask'], [1]]);
    rctx.reply('answer');
    equal([await reply, events], ['answer', []]);
    const lost = fails(far.with({ onProgress }).req.ask(2), 'ServerDisappeared');
    server.close();
    await lost;
    client.close();
    await fails(far.with({ onProgress }).req.ask(3), 'ServerDisappeared');
  });

  check('progress from another thread arrives in order, before the outcome', REAL, async (rig) => {
    const there = await methodsInThread(rig);
    for (const count of [0, 1, 1000]) {
      const { events, onProgress } = collecting();
      equal(await there.with({ onProgress }).req.work(count), 'done');
      equal(events, upTo(count));
    }
    const { events, onProgress } = collecting();
    await fails(there.with({ onProgress }).req.work(1000, 'fails'), 'HandlerFailed');
    equal(events, upTo(1000));
  });
});
