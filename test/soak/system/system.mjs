// The system that is soaked, in the thread or the page that the rest of it hangs from.
import { pool, remote, spawnWorker, supervise } from 'ump-ng/actors';
import { faults } from './faults.mjs';
import { load } from './load.mjs';
import { operations } from './operations/all.mjs';
import { probe } from './probe.mjs';
import { openHub, script } from './surroundings.mjs';
import { Tally } from './tally.mjs';

/** Milliseconds; longer, and something was left behind. */
const SETTLE = 20_000;

/** Small whole numbers, of a known sequence. */
function createRandom() {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state % 1000;
  };
}

/** Sends numbers over a port of the application, and waits for their echo. */
async function openPlainEcho(there) {
  const { port1, port2 } = new MessageChannel();
  await there.with({ transfer: [port2] }).req.echoPort(port2);
  let resolve;
  port1.onmessage = ({ data }) => resolve(data);
  return () =>
    new Promise((done) => {
      resolve = done;
      port1.postMessage(1);
    });
}

/**
 * `fault`: one that is planted on purpose. `only`: names of the operations to run, to find which of
 * them leaks; default all.
 */
export async function createSystem({ fault, only } = {}) {
  const tally = new Tally();
  const onEvent = ({ type, child, error }) => {
    if (type === 'gave up') tally.fail(child, error);
  };
  const hub = openHub();
  const hosts = { near: spawnWorker(script('host')), far: spawnWorker(script('host')) };
  const workers = pool(script('pool-worker'), { size: 2, maxCalls: 1000, onEvent });
  const supervisor = supervise(
    { child: { start: () => spawnWorker(script('child')) } },
    // On a machine that stands still for a while, crashes that come now and then come together.
    { intensity: { restarts: 100, within: 5000 }, onEvent },
  );
  const near = remote(hosts.near);
  const far = remote(hosts.far);
  const system = {
    ...{ tally, hub, near, far },
    random: createRandom(),
    pool: remote(workers),
    child: remote(supervisor.children.child),
    plainEcho: await openPlainEcho(near),
  };
  const wanted = operations.filter(({ name }) => only?.includes(name) ?? true);
  const planted = fault === undefined ? [] : [faults[fault]];

  async function readCounts() {
    const [inHub, inNear, inFar] = await Promise.all([
      hub.req({ command: 'probe' }),
      near.req.probe(),
      far.req.probe(),
    ]);
    const { pending, waiting } = workers.stats;
    return {
      main: await probe(),
      ...{ hub: inHub, near: inNear, far: inFar },
      pool: { pending, waiting },
    };
  }

  return {
    tally,
    /** Loads the system; afterwards nothing is pending, but what dies may not be noticed yet. */
    load: (ms) => load([...wanted, ...planted], system, ms),
    /** Waits until the calls that were given up are over in the other threads, and counts. */
    async count() {
      const start = performance.now();
      for (;;) {
        const counts = await readCounts();
        for (const [thread, each] of Object.entries(counts)) {
          for (const error of each.errors ?? []) tally.fail(`uncaught in ${thread}`, error);
          delete each.errors;
        }
        const open = counts.near['calls that wait'] + counts.far['adopted servers'];
        if (open === 0) return counts;
        if (performance.now() - start > SETTLE) {
          tally.fail('settling', new Error(`left behind: ${JSON.stringify(counts)}`));
          return counts;
        }
      }
    },
    async stop() {
      await Promise.all([workers.stop(), supervisor.stop()]);
      hosts.near.client.close();
      hosts.far.client.close();
      await Promise.all([hosts.near.done, hosts.far.done]);
      hub.close();
    },
  };
}
