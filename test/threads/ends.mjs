// Ends a thread in one way, and prints what it has printed by then: ends.test.ts.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import timers from 'node:timers';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const script = new URL(import.meta.url);
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** For deadlines: timers of less than a second fire at once, and others never in this test. */
function hurry() {
  const { setTimeout } = timers;
  timers.setTimeout = (call, ms) => setTimeout(call, ms < 1000 ? 0 : ms);
}
/** More turns of the event loop than any deadline of the package takes then. */
const TURNS = 200;

async function runWorker() {
  const { serveWorker } = await import('ump-ng/actors');
  process.on('exit', () => {
    console.log(`exit handler${' '.repeat(workerData ?? 0)}`);
    console.log('last line');
  });
  await serveWorker(
    (init = {}) => ({
      req(msg, rctx) {
        if (msg === 'fail') throw new Error('as planned');
        rctx.reply(msg);
      },
      async term() {
        for (const n of [1, 2, 3]) {
          console.log(`term ${n}`);
          await turn();
        }
        if (init.fails) throw new Error('as planned');
        if (init.lingers) parentPort.on('message', endOnceTold);
        if (init.lingers) parentPort.postMessage('lingers');
      },
    }),
    {
      onError(error) {
        throw error;
      },
    },
  );
  console.log('after the actor');
}

const endOnceTold = (message) => message === 'end' && parentPort.off('message', endOnceTold);

/** How often a Worker was terminated. */
let terminated = 0;

/** The threads whose `term()` appears in a file of NODE_V8_COVERAGE by now. */
function covered() {
  const folder = process.env.NODE_V8_COVERAGE;
  const files = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  return files.filter((text) => {
    const own = JSON.parse(text).result.find(({ url }) => url === script.href);
    const term = own?.functions.find(({ functionName }) => functionName === 'term');
    return term?.ranges[0].count > 0;
  }).length;
}

async function runMain(how) {
  if (how.includes('deadline')) hurry();
  const { pool, spawnWorker, supervise } = await import('ump-ng/actors');
  const one = { size: 1 };
  /** Runs until it is told to end; `then` is called when its actor has ended. */
  const lingering = (then) => {
    const worker = new Worker(script);
    worker.on('message', async (message) => {
      if (message !== 'lingers') return;
      for (let n = 0; n < TURNS; n++) await turn();
      console.log(`terminated ${terminated}`);
      then(worker);
    });
    return worker;
  };
  const sendEnd = (worker) => worker.postMessage('end');
  const supervised = () => supervise({ a: { start: script } });

  const ends = {
    async 'stop() of a pool'() {
      const workers = pool(script, one);
      await workers.req(1);
      await workers.stop();
    },
    async 'close() of a pool'() {
      const workers = pool(script, one);
      await workers.req(1);
      workers.close();
      await workers.done;
    },
    async 'a pool is disposed of'() {
      const workers = pool(script, one);
      await workers.req(1);
      await workers[asyncDispose]();
    },
    async 'stop() of a pool whose worker is still starting'() {
      await pool(script, one).stop();
    },
    async 'stop() of a pool whose worker was started before, and comes later'() {
      const begun = {};
      const until = new Promise((resolve) => (begun.now = resolve));
      const workers = pool(async () => {
        const actor = spawnWorker(script);
        await actor.started;
        begun.now();
        await turn();
        return actor;
      }, one);
      await until;
      await workers.stop();
      await turn();
    },
    async 'stop() of a supervisor'() {
      const supervisor = supervised();
      await supervisor.children.a.req(1);
      await supervisor.stop();
    },
    async 'a supervisor is disposed of'() {
      const supervisor = supervised();
      await supervisor.children.a.req(1);
      await supervisor[asyncDispose]();
    },
    async 'the client of an actor is closed'() {
      const { client, done } = spawnWorker(script);
      client.close();
      await done;
    },
    async 'an actor is disposed of'() {
      await spawnWorker(script)[asyncDispose]();
    },
    async 'stop() of a pool whose term() fails'() {
      const workers = pool(script, { ...one, init: { fails: true } });
      await workers.req(1);
      await workers.stop();
    },
    async 'an actor fails'() {
      const { client, done } = spawnWorker(script);
      await Promise.allSettled([client.req('fail'), done]);
    },
    async 'stop() of a pool, and nothing reads its output'() {
      // More than the pipe of this process takes at once.
      const worker = new Worker(script, { workerData: 2 ** 20 });
      worker.on('exit', () => process.stderr.write('exited'));
      const workers = pool(() => spawnWorker(worker), one);
      await workers.req(1);
      await workers.stop();
    },
    async 'the deadline of a pool is longer than that of its worker'() {
      const start = () => spawnWorker(lingering(sendEnd), { init: { lingers: true } });
      const workers = pool(start, { ...one, shutdown: 2 ** 30 });
      await workers.req(1);
      await workers.stop();
    },
    async 'the deadline of an actor'() {
      const { client, done } = spawnWorker(
        lingering(() => undefined),
        { init: { lingers: true } },
      );
      client.close();
      await done;
    },
    async 'no deadline yet'() {
      const start = lingering(sendEnd);
      const { client, done } = spawnWorker(start, { init: { lingers: true }, shutdown: 2 ** 30 });
      client.close();
      await done;
    },
  };
  const { terminate } = Worker.prototype;
  Worker.prototype.terminate = function () {
    terminated++;
    return terminate.call(this);
  };
  await ends[how]();
  console.log(`terminated ${terminated}, covered ${covered()}`);
  // Nothing is left to be done.
  process.exit();
}

if (isMainThread) await runMain(process.argv[2]);
else await runWorker();
