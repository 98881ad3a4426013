/**
 * Threads that block on one another: one call of a cycle fails with WouldDeadlock, and no other
 * call.
 */
import { afterEach, expect, test } from '@jest/globals';
import { Worker, type MessagePort } from 'node:worker_threads';
import { channel, type ChannelOptions, type Client } from 'ump-ng';

/** How a thread calls the next one. */
interface How {
  timeout?: number;
  deferred?: boolean;
  full?: boolean;
  hands?: boolean;
}

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

const heard = (worker: Worker): Promise<unknown> =>
  new Promise((resolve) => worker.once('message', resolve));

function start(script: string, workerData: object, transferList: MessagePort[]): Worker {
  const worker = new Worker(new URL(script, import.meta.url), { workerData, transferList });
  workers.push(worker);
  return worker;
}

/** `count` threads, each with a server and a client of the next thread's server. */
async function circle(count: number, hows: How[] = [], options?: ChannelOptions) {
  const channels = Array.from({ length: count }, () => channel(options));
  const threads = channels.map(({ server }, name) => {
    const serverPort = server.transfer();
    const clientPort = channels[(name + 1) % count]!.client.transfer();
    const data = { name, serverPort, clientPort, how: hows[name] };
    return start('./deadlock-worker.mjs', data, [serverPort, clientPort]);
  });
  await Promise.all(threads.map(heard));
  return threads;
}

function tell(worker: Worker, what: unknown, ports: MessagePort[] = []): Promise<unknown> {
  const answer = heard(worker);
  worker.postMessage(what, ports);
  return answer;
}

const askAll = (threads: Worker[]): Promise<unknown[]> =>
  Promise.all(threads.map((thread) => tell(thread, 'ask')));

/** Exactly one call fails with WouldDeadlock; all others get the reply of the next thread. */
function expectOneTold(outcomes: unknown[]): void {
  expect(outcomes.filter((outcome) => outcome === 'WouldDeadlock')).toHaveLength(1);
  for (const [name, outcome] of outcomes.entries()) {
    if (outcome !== 'WouldDeadlock') expect(outcome).toBe((name + 1) % outcomes.length);
  }
}

test.each([2, 3, 10])('a circle of %i', async (count) => {
  expectOneTold(await askAll(await circle(count)));
});

test('requests that wait for credit, or were sent before', async () => {
  expectOneTold(
    await askAll(await circle(3, [{ deferred: true }, { full: true }], { capacity: 1 })),
  );
});

test('requests that were taken', async () => {
  const threads = await circle(2);
  const first = tell(threads[0]!, 'ask');
  expect(await tell(threads[1]!, 'take')).toBe('taken');
  const second = tell(threads[1]!, 'ask');
  expectOneTold(await Promise.all([first, second]));
});

test('a call with a timeout ends by it, and the other calls follow', async () => {
  const threads = await circle(3, [{}, { timeout: 50 }]);
  expect(await askAll(threads)).toEqual([1, 'Timeout', 0]);
});

test('a thread that calls a member of a cycle is not in the cycle', async () => {
  const threads = await circle(2);
  const { server, client } = channel();
  const into = channel();
  const [serverPort, clientPort] = [server.transfer(), into.client.transfer()];
  const outside = start('./deadlock-worker.mjs', { name: 'outside', serverPort, clientPort }, [
    serverPort,
    clientPort,
  ]);
  // It calls this thread, which calls the cycle. Its thread number is higher than those of the
  // cycle.
  void into.server.wait().then((message) => {
    if (message.type === 'request') message.rctx.reply('from here');
  });
  await heard(outside);
  expectOneTold(await askAll(threads));
  expect(await tell(outside, 'ask')).toBe('from here');
  client.close();
});

test('a request that was moved to a thread outside the cycle is answered there', async () => {
  const threads = await circle(2, [{}, { hands: true }]);
  const [helper] = await circle(1);
  const first = tell(threads[0]!, 'ask');
  const port = (await tell(threads[1]!, 'take')) as MessagePort;
  expect(await tell(helper!, { context: port }, [port])).toBe('taken up');
  const second = tell(threads[1]!, 'ask');
  // Longer than the detection of a cycle of two takes.
  expectOneTold(await askAll(await circle(2)));
  helper!.postMessage('answer');
  expect(await Promise.all([first, second])).toEqual([0, 0]);
});

test('a request that was moved to a thread of the cycle', async () => {
  // 0 calls 1, which moves the request to 2; 2 calls 0.
  const threads = await circle(3, [{}, { hands: true }]);
  const first = tell(threads[0]!, 'ask');
  const port = (await tell(threads[1]!, 'take')) as MessagePort;
  expect(await tell(threads[2]!, { context: port }, [port])).toBe('taken up');
  const third = tell(threads[2]!, 'ask');
  const outcomes = await Promise.all([first, third]);
  expect(outcomes.filter((outcome) => outcome === 'WouldDeadlock')).toHaveLength(1);
  expect([2, 'WouldDeadlock']).toContain(outcomes[0]);
  expect([0, 'WouldDeadlock']).toContain(outcomes[1]);
});

/** Threads that serve with blocking waits and call one another meanwhile. */
function network(count: number): Client<never, number[], string, string>[] {
  const channels = Array.from({ length: count }, () => channel<never, number[], string, string>());
  for (const { server } of channels) {
    const data = {
      server: server.transfer(),
      clients: channels.map(({ client }) => client.clone().transfer()),
    };
    start('./calls-worker.mjs', data, [data.server, ...data.clients]);
  }
  return channels.map(({ client }) => client);
}

/** A seeded generator of random numbers. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const COUNT = 5;
const CALLS = 300;

test('threads that call only later ones never get WouldDeadlock', async () => {
  const clients = network(COUNT);
  const next = numbers(1);
  const calls = Array.from({ length: CALLS }, () => {
    const path = Array.from({ length: COUNT }, (_, n) => n).filter(() => next(3) > 0);
    const [first = 0, ...rest] = path;
    return clients[first]!.req(rest);
  });
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['answered']));
});

test('every call settles if threads call any other ones', async () => {
  const clients = network(COUNT);
  const next = numbers(2);
  const outcomes = await Promise.all(
    Array.from({ length: CALLS }, async () => {
      const path = Array.from({ length: 1 + next(3) }, () => next(COUNT));
      const result = await clients[next(COUNT)]!.tryReq(path);
      return result.ok ? result.value : result.error.appError;
    }),
  );
  expect([...new Set(outcomes)].sort()).toEqual(['WouldDeadlock', 'answered']);
});
