// Pools, supervisors, names, streams and remotes retain nothing of the messages of finished calls.
import assert from 'node:assert/strict';
import {
  actor,
  pool,
  register,
  remote,
  spawn,
  spawnWorker,
  supervise,
  whereis,
} from 'ump-ng/actors';
import { collectUntil, turn } from './utilities.mjs';

const CALLS = 40;
const RESTARTS = 5;
const SIZE = 2 ** 20;
/** The number of messages that may not have been collected yet. */
const SPARE = 4;

const load = () => new Uint8Array(SIZE);
const echo = () => spawn({ req: (msg, rctx) => void rctx.reply(msg), post: () => undefined });
const OFTEN = { intensity: { restarts: Infinity, within: 1000 } };

/** Counts the watched objects that have been collected. */
function countCollected() {
  let count = 0;
  const registry = new FinalizationRegistry(() => count++);
  return { watch: (one) => registry.register(one), count: () => count };
}

const inBuffers = () => process.memoryUsage().arrayBuffers;

/** An actor in a thread; its worker and its client are watched. */
function started({ watch }) {
  const spawned = spawnWorker(new URL('./retained-by-actors-worker.mjs', import.meta.url));
  watch(spawned.worker);
  watch(spawned.client);
  return spawned;
}

/** Waits until the messages are collected, while `kept` is still in use. */
async function isForgotten(kept) {
  await collectUntil(() => inBuffers() < SPARE * SIZE, `${inBuffers() / SIZE} MiB are kept`);
  return kept;
}

async function inPool(options, call) {
  const workers = pool(echo, { size: 2, ...options });
  await workers.ready();
  for (let n = 0; n < CALLS; n++) await call(workers);
  await isForgotten(workers);
  await workers.stop();
}

/** Concurrent calls, which wait in the queue of the pool. */
async function queued(workers, options) {
  await Promise.all(Array.from({ length: 5 }, () => workers.req(load(), options)));
}

const CASES = {
  'plain calls of a pool': () => inPool({}, (workers) => workers.req(load())),
  'queued calls of a pool': () => inPool({ prefetchMs: 0 }, queued),
  'idempotent calls of a pool': () =>
    inPool({}, (workers) => workers.req(load(), { idempotent: 1 })),
  'calls of a pool with killAfter': () =>
    inPool({}, (workers) => workers.req(load(), { killAfter: 1000, timeout: 1000 })),
  'calls of a pool by key': () => inPool({ route: () => 'key' }, queued),
  'calls of a pool to all': () => inPool({ route: 'broadcast' }, (workers) => workers.req(load())),
  'reqAll() of a pool': () => inPool({}, (workers) => workers.reqAll(load())),
  'posts to a pool': () =>
    inPool({}, async (workers) => {
      workers.post(load());
      workers.postAll(load());
      await workers.reqAll('done');
    }),
  async 'deferred calls whose handles are held'() {
    const handles = [];
    await inPool({ prefetchMs: 0 }, async (workers) => {
      const sized = pool(() => spawn({ req: (msg, rctx) => void rctx.reply(msg.length) }), {
        size: 1,
      });
      const handle = sized.reqDeferred(load());
      handles.push(handle, sized);
      await handle.wait();
      await workers.req(1);
    });
    assert.equal(handles.length, 2 * CALLS);
    for (const each of handles) await each.stop?.();
  },
  async 'cancelled calls of a pool'() {
    const workers = pool(echo, { size: 1, prefetchMs: 0 });
    await workers.ready();
    for (let n = 0; n < CALLS; n++) {
      const given = new AbortController();
      const calls = [1, 2, 3].map(() => workers.tryReq(load(), { signal: given.signal }));
      given.abort();
      await Promise.all(calls);
    }
    await isForgotten(workers);
    await workers.stop();
  },
  async 'calls that waited while the child was down'() {
    const supervisor = supervise(
      { a: { start: () => spawn({ req: (msg, rctx) => void rctx.reply(msg) }) } },
      OFTEN,
    );
    const { a } = supervisor.children;
    for (let n = 0; n < CALLS; n++) await a.req(load());
    const late = supervise({ b: { start: async () => (await turn(), echo()) } }, OFTEN);
    await Promise.all(Array.from({ length: CALLS }, () => late.children.b.req(load())));
    late.children.b.post(load());
    await isForgotten(supervisor);
    await isForgotten(late);
    await supervisor.stop();
    await late.stop();
  },
  async 'the last message of an idle actor'() {
    const idle = [];
    for (let n = 0; n < CALLS; n++) {
      const { client } = spawn({ req: (msg, rctx) => void rctx.reply(msg.length) });
      await client.req(load());
      idle.push(client);
    }
    for (const client of await isForgotten(idle)) client.close();
  },
  async 'restarts of a supervisor'() {
    let restarts = 0;
    const supervisor = supervise(
      { a: { start: () => ({ done: turn() }) } },
      {
        intensity: { restarts: Infinity, within: 0 },
        onEvent: ({ type }) => (restarts += type === 'restarting'),
      },
    );
    const heapAfter = async (count) => {
      const last = restarts + count;
      while (restarts < last) await turn();
      for (let n = 0; n < 10; n++) globalThis.gc();
      return process.memoryUsage().heapUsed;
    };
    const before = await heapAfter(2000);
    const grown = (await heapAfter(10_000)) - before;
    assert.ok(grown < 20 * 10_000, `${grown} bytes are kept of 10,000 restarts`);
    await supervisor.stop();
  },
  async 'calls by a name'() {
    const { client } = echo();
    const registration = await register('kept', client);
    for (let n = 0; n < CALLS; n++) {
      const found = await whereis('kept');
      await found.req(load());
      found.close();
    }
    await isForgotten(registration);
    client.close();
  },
  async 'methods and streams'() {
    const kept = actor({
      post: { take: () => undefined },
      req: {
        give: (data) => data,
        *list(data) {
          yield data;
          yield data;
        },
      },
    });
    const { client } = spawn(kept);
    const there = remote(client);
    for (let n = 0; n < CALLS; n++) {
      there.post.take(load());
      await there.req.give(load());
      for await (const data of there.stream.list(load())) assert.equal(data.length, SIZE);
      for await (const data of there.stream.list(load())) {
        assert.equal(data.length, SIZE);
        break;
      }
    }
    await isForgotten(there);
    client.close();
  },
  async 'workers of a pool that ended'() {
    const collected = countCollected();
    const workers = pool(() => started(collected), {
      size: 1,
      prefetchMs: 0,
      backoff: { initial: 0 },
    });
    for (let n = 0; n < RESTARTS; n++) {
      await Promise.all([workers.tryReq('exit'), workers.req('echo', { idempotent: 9 })]);
    }
    await collectUntil(() => collected.count() === 2 * RESTARTS, 'only the last one is left');
    await workers.stop();
  },
  async 'pools that were stopped'() {
    const pools = countCollected();
    for (const [n, end] of ['stop', 'close', 'kill'].entries()) {
      await (async () => {
        // Timers of an hour would outlast the pool.
        const workers = pool(echo, { min: n % 2, max: 2, idle: 3_600_000, maxAge: 3_600_000 });
        pools.watch(workers);
        await workers.reqAll('a call');
        await workers.req('another');
        workers[end]();
        await workers.done;
      })();
    }
    await (async () => {
      const broken = () => Promise.reject(new Error('broken'));
      const workers = pool(broken, { size: 1, backoff: { initial: 3_600_000, max: 3_600_000 } });
      pools.watch(workers);
      await turn();
      await workers.stop();
    })();
    await collectUntil(() => pools.count() === 4, 'no pool is kept');
  },
  async 'workers of a supervisor that ended'() {
    const collected = countCollected();
    const supervisor = supervise({ a: { start: () => started(collected) } }, OFTEN);
    const { a } = supervisor.children;
    for (let n = 0; n < RESTARTS; n++) {
      await Promise.all([a.tryReq('exit'), a.req('echo', { idempotent: 9 })]);
    }
    await collectUntil(() => collected.count() === 2 * RESTARTS, 'only the last one is left');
    await supervisor.stop();
  },
};

await CASES[process.argv[2]]();
