// A pool whose workers exit with code 0 while calls are queued at them: clean-exits.test.ts.
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { actor, pool, serveWorker, spawnWorker } from 'ump-ng/actors';

const ROUNDS = 3;
/** More than are settled in one turn of the event loop. */
const QUEUED = 1500;
const [CALLERS, CALLS] = [5, 40];

if (isMainThread) {
  /** The round whose calls have all been sent. */
  const sent = new Int32Array(new SharedArrayBuffer(4));
  const events = [];
  const workers = pool(
    () => spawnWorker(new Worker(new URL(import.meta.url), { workerData: sent })),
    {
      size: 1,
      // All calls are sent to the worker, which takes one after the other.
      concurrency: 2 * QUEUED,
      prefetchMs: Infinity,
      // No exit counts.
      intensity: { restarts: 0, within: 60_000 },
      onEvent: ({ type }) => events.push(type),
    },
  );
  for (let round = 1; round <= ROUNDS; round++) {
    await workers.req('warm up');
    const messages = [{ exit: round }, ...Array.from({ length: QUEUED }, (_, b) => ({ b }))];
    const calls = messages.map((msg) => workers.tryReq(msg));
    sent[0] = round;
    const results = await Promise.all(calls);
    const failed = results.filter(({ ok }) => !ok).map(({ error }) => error.code);
    console.log(`${results.length - failed.length} answered, ${failed.length} ${failed[0]}`);
  }
  // Workers that exit as soon as they have answered, while further calls are sent to them.
  let lost = 0;
  const caller = async (n) => {
    for (let call = 1; call <= CALLS; call++) {
      const { ok } = await workers.tryReq({ last: (n + call) % 10 === 0 });
      if (!ok) lost++;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, n) => caller(n)));
  console.log(`${lost} lost`);
  await workers.stop();
  // An actor has a client of its own server, which cannot answer while its thread exits.
  const leaver = spawnWorker(new Worker(new URL(import.meta.url), { workerData: 'actor' }));
  await leaver.client.tryReq(['leave', []]);
  await leaver.done.catch(() => undefined);
  console.log(`${events.includes('gave up') ? 'gave up' : 'went on'}`);
} else if (workerData === 'actor') {
  const { wait } = Atomics;
  let waits = 0;
  Atomics.wait = (...args) => {
    waits++;
    return wait(...args);
  };
  const leave = () => {
    process.on('exit', () => console.log(waits < 100 ? 'left soon' : 'left late'));
    process.exit(0);
  };
  serveWorker(() => actor({ leave }));
} else {
  const sent = workerData;
  serveWorker(() => ({
    async req(msg, rctx) {
      if (msg.exit === undefined) rctx.reply(msg);
      if (msg.last === true) process.exit(0);
      if (msg.exit === undefined) return;
      while (sent[0] < msg.exit) await new Promise((resolve) => setTimeout(resolve));
      process.exit(0);
    },
  }));
}
