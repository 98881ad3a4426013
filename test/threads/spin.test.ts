import { afterEach, describe, expect, test } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { connect, type Client } from 'ump-ng';

type Turns = Client<never, 'turns', number>;

/** Microseconds. Tests end long before a poll of this length does. */
const LONG_SPIN = 1_000_000;
/** Milliseconds in which a thread makes more turns than MANY if it polls, and few if it sleeps. */
const PAUSE_MS = 50;
const MANY = 200;

const turnsHere = (): number => performance.nodeTiming.uvMetricsInfo.loopCount;

const workers: Worker[] = [];

function start(serverSpin: number, clientSpin?: number): Turns {
  const worker = new Worker(new URL('./spin-worker.mjs', import.meta.url), {
    workerData: serverSpin,
  });
  workers.push(worker);
  return connect(worker, { spin: clientSpin });
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** How often the event loop of this thread turns in a pause, here after a call. */
async function turnsAfterCall(client: Turns): Promise<number> {
  await client.req('turns');
  return turnsInPause();
}

async function turnsInPause(): Promise<number> {
  const before = turnsHere();
  await sleep(PAUSE_MS);
  return turnsHere() - before;
}

/** How often the event loop of the server's thread turns in a pause between two calls. */
async function turnsOfServer(client: Turns): Promise<number> {
  const before = await client.req('turns');
  await sleep(PAUSE_MS);
  return (await client.req('turns')) - before;
}

describe('spin', () => {
  test('a client with spin polls after a call, and timers still fire', async () => {
    expect(await turnsAfterCall(start(0, LONG_SPIN))).toBeGreaterThan(MANY);
  });

  test('a client without spin, or with 0, sleeps', async () => {
    for (const spin of [undefined, 0]) {
      expect(await turnsAfterCall(start(0, spin))).toBeLessThan(MANY);
    }
  });

  test('a clone of a client with spin polls, too', async () => {
    const client = start(0, LONG_SPIN);
    const clone = client.clone();
    client.close();
    await client.closed;
    expect(await turnsAfterCall(clone)).toBeGreaterThan(MANY);
  });

  test('a server with spin polls after a message, and one without sleeps', async () => {
    expect(await turnsOfServer(start(LONG_SPIN))).toBeGreaterThan(MANY);
    expect(await turnsOfServer(start(0))).toBeLessThan(MANY);
  });

  test('a thread sleeps again after its time, and at once when it has closed its clients', async () => {
    const client = start(0, 1000);
    await client.req('turns');
    // A pause may still see the end of the poll; one that sees none must come.
    while ((await turnsInPause()) >= MANY);
    client.close();
    const polling = start(0, LONG_SPIN);
    await polling.req('turns');
    polling.close();
    await polling.closed;
    expect(await turnsInPause()).toBeLessThan(MANY);
  });
});
