/**
 * A timeout first lets queued messages be handled, and time in which its thread blocked does not
 * count.
 */
import { ReplyContext } from 'ump-ng';
import {
  actor,
  type Actor,
  pool,
  register,
  remote,
  spawn,
  supervise,
  whenRegistered,
  type PoolOptions,
  type SupervisorEvent,
} from 'ump-ng/actors';
import { equal, fails, ok } from '../../assertions.js';
import { closeAtEnd } from '../../keep-until-end.js';
import { connectTo, pair, takeRequest, type AnyContext } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import type { AnyClient } from '../../rig.js';
import { theme } from '../../suite-dsl.js';
import {
  BUSY_WAYS,
  compute,
  computeInPieces,
  timersInHand,
  turns,
  until,
  upTo,
} from '../../utilities.js';

/** Milliseconds. A timer of this length fires when the case says so (`timersInHand`). */
const TIMEOUT = 54_321;

const MANY = 200;

/** Actors that keep the contexts of their requests, so that the case can answer them. */
function holding() {
  const held: AnyContext[] = [];
  const start = () =>
    spawn<never, unknown, unknown>(
      { req: (_msg, rctx) => void held.push(rctx) },
      { concurrency: 100 },
    );
  return { held, start };
}

/**
 * Makes a call with a timeout. When its timer fires, the reply has been sent but not handled: the
 * reply must win.
 */
const answerWins = (
  held: readonly AnyContext[],
  call: () => Promise<unknown>,
  answer = (rctx: AnyContext): boolean => rctx.reply('in time'),
  asked = 1,
): Promise<void> =>
  timersInHand(TIMEOUT, async (fire) => {
    const before = held.length;
    const answered = call();
    await until(() => held.length === before + asked);
    for (const rctx of held.slice(before)) ok(answer(rctx), 'the call was cancelled');
    ok(fire() > 0, 'there was no timer');
    equal(await answered, 'in time');
  });

async function poolOf(options: PoolOptions) {
  const { held, start } = holding();
  const workers = pool<never, unknown, unknown, never>(start, options);
  await until(() => workers.stats.workers.every(({ up }) => up));
  return { held, workers };
}

/** Counts the messages with transferables that this thread posts while `run` runs. */
async function countingPorts(
  run: () => Promise<void>,
  onPosted: (count: number) => void = () => undefined,
): Promise<number> {
  const { prototype } = MessagePort;
  const { postMessage } = prototype;
  let count = 0;
  prototype.postMessage = function (this: MessagePort, message: unknown, transfer?: unknown) {
    (postMessage as (...given: unknown[]) => void).call(this, message, transfer);
    if ((transfer as readonly object[] | undefined)?.length) onPosted(++count);
  };
  try {
    await run();
  } finally {
    prototype.postMessage = postMessage;
  }
  return count;
}

export const clocks = theme('timeouts under load', (check) => {
  const timeout = TIMEOUT;

  for (const [way, call] of Object.entries<(client: AnyClient) => Promise<unknown>>({
    'req()': (client) => client.req('x', { timeout }),
    'tryReq()': async (client) => {
      const result = await client.tryReq('x', { timeout });
      return result.ok ? result.value : result.error.code;
    },
    'reqDeferred()': (client) => client.reqDeferred('x', { timeout }).wait(),
    'wait() of a deferred request': (client) => client.reqDeferred('x').wait({ timeout }),
  })) {
    check(`a reply that has arrived wins over the timeout of ${way}`, async () => {
      const { server, client } = pair();
      const held: AnyContext[] = [];
      void takeRequest(server).then(({ rctx }) => held.push(rctx));
      await answerWins(held, () => call(client));
      client.close();
    });
  }

  check('a reply behind many other messages wins over the timeout', ['drain'], async () => {
    const { server, client } = pair();
    const held: AnyContext[] = [];
    const others = upTo(MANY).map(() => client.req('other'));
    void (async () => {
      for (let n = 0; n <= MANY; n++) held.push((await takeRequest(server)).rctx);
    })();
    await until(() => held.length === MANY);
    await answerWins(
      held,
      () => client.req('x', { timeout }),
      (rctx) => {
        for (const other of held.slice(0, MANY)) other.reply('other');
        return rctx.reply('in time');
      },
    );
    await Promise.all(others);
    client.close();
  });

  check('a reply through the port of a moved context wins over the timeout', async () => {
    const { server, client } = pair();
    const held: AnyContext[] = [];
    void takeRequest(server).then(({ rctx }) => held.push(rctx));
    await answerWins(
      held,
      () => client.req('x', { timeout }),
      (rctx) => ReplyContext.from<unknown, unknown>(rctx.transfer()).reply('in time'),
    );
    client.close();
  });

  const poolCalls: Record<string, [PoolOptions, Record<string, number>]> = {
    'a pool': [{ size: 1 }, {}],
    'a pool, with idempotent': [{ size: 1 }, { idempotent: 2 }],
    'a pool, with killAfter': [{ size: 1 }, { killAfter: 5000 }],
    'a pool that broadcasts': [{ size: 2, route: 'broadcast' }, {}],
    'a pool that broadcasts, with killAfter': [
      { size: 2, route: 'broadcast' },
      { killAfter: 5000 },
    ],
    'a pool, by a key': [{ size: 2, route: () => 'key' }, {}],
  };
  for (const [what, [options, more]] of Object.entries(poolCalls)) {
    check(`a reply from ${what} wins over the timeout`, async () => {
      const { held, workers } = await poolOf(options);
      const calling = { ...more, timeout };
      const asked = options.route === 'broadcast' ? 2 : 1;
      for (const call of [
        () => workers.req('x', calling),
        () => workers.reqDeferred('x', calling).wait(),
        () => workers.reqDeferred('x', more).wait({ timeout }),
      ]) {
        await answerWins(held, call, undefined, asked);
      }
      equal(workers.stats.failed, 0);
      await workers.stop();
    });
  }

  check(
    'a reply to a call that has waited in the queue of a pool wins over the timeout',
    async () => {
      const { held, workers } = await poolOf({ size: 1, prefetchMs: 0 });
      const first = workers.req('first');
      await until(() => held.length === 1);
      await answerWins(held, () => {
        const second = workers.req('x', { timeout });
        equal(workers.stats.waiting, 1);
        held[0]!.reply('first');
        return second;
      });
      equal(await first, 'first');
      await workers.stop();
    },
  );

  check('a call that is still in the queue when its timeout ends is not sent', async () => {
    const { held, workers } = await poolOf({ size: 1, prefetchMs: 0 });
    await timersInHand(TIMEOUT, async (fire) => {
      const first = workers.req('first');
      await until(() => held.length === 1);
      const second = fails(workers.req('x', { timeout, idempotent: 1 }), 'Timeout');
      held[0]!.reply('first');
      fire();
      await second;
      equal(await first, 'first');
    });
    await turns();
    equal([held.length, workers.stats.waiting, workers.stats.pending], [1, 0, 0]);
    await workers.stop();
  });

  check('replies that have arrived win over the timeout of reqAll()', async () => {
    const { held, workers } = await poolOf({ size: 2 });
    await timersInHand(TIMEOUT, async (fire) => {
      const all = workers.reqAll('x', { timeout });
      await until(() => held.length === 2);
      for (const rctx of held) rctx.reply('in time');
      fire();
      equal(
        (await all).map((result) => result.ok),
        [true, true],
      );
    });
    await workers.stop();
  });

  check('they win with supervisors and with methods, too', async () => {
    const { held, start } = holding();
    const supervisor = supervise({ child: { start } });
    const { child } = supervisor.children;
    await child.ready();
    await answerWins(held, () => child.req('x', { timeout }));
    await answerWins(held, () => child.req('x', { timeout, idempotent: 1 }));
    type Asked = Actor<object, { ask(): string }>;
    const there = remote<Asked>(child, { timeout });
    await answerWins(held, () => there.req.ask());
    await answerWins(held, () => there.with({ idempotent: 1 }).req.ask());
    await supervisor.stop();
  });

  check('a stream whose items and end have arrived wins over its timeout', async () => {
    let ended = false;
    const source = actor({
      req: {
        *count() {
          yield* [1, 2, 3];
          ended = true;
        },
      },
    });
    const { client } = spawn(source);
    await timersInHand(TIMEOUT, async (fire) => {
      const items: number[] = [];
      const reading = (async () => {
        for await (const item of remote<typeof source>(client, { timeout }).stream.count()) {
          items.push(item);
        }
      })();
      await until(() => ended);
      fire();
      await reading;
      equal(items, [1, 2, 3]);
    });
    client.close();
  });

  check('a registration that has arrived wins over the timeout of whenRegistered()', async () => {
    const { client } = spawn<never, string, string>({
      req: (_msg, rctx) => void rctx.reply('found'),
    });
    closeAtEnd(client);
    const registration = await register('just in time', client);
    const search = async (options: { timeout?: number } = {}): Promise<void> => {
      const found = await whenRegistered<never, string, string>('just in time', options);
      equal(await found.req('who'), 'found');
      found.close();
    };
    // The reply is the last message with a port.
    const ports = await countingPorts(search);
    await timersInHand(TIMEOUT, async (fire) => {
      await countingPorts(
        () => search({ timeout }),
        (count) => {
          if (count === ports) equal(fire(), 1);
        },
      );
    });
    registration.close();
  });

  check('many timeouts that fire together share two rounds of the event loop', async () => {
    const { server, client } = pair();
    const rounds = { count: 0 };
    // In browsers each round uses a port of its own; for Node see threads/shared-rounds.mjs.
    const ports = MessagePort.prototype;
    const { start } = ports;
    const areCounted = !('setImmediate' in globalThis);
    ports.start = function (this: MessagePort) {
      rounds.count++;
      start.call(this);
    };
    try {
      await timersInHand(TIMEOUT, async (fire) => {
        const calls = upTo(1000).map(() => fails(client.req('x', { timeout }), 'Timeout'));
        equal(fire(), 1000);
        await Promise.all(calls);
      });
    } finally {
      ports.start = start;
    }
    // Without sharing it would be thousands. A slow machine may need more than one shared round.
    const isShared = rounds.count < 100 && (rounds.count > 0 || !areCounted);
    ok(isShared, `it took ${String(rounds.count)} messages`);
    client.close();
    server.close();
  });

  check('a busy thread does not take an idle peer for dead', async (rig) => {
    const thread = await rig.thread();
    const task = thread.run('serve', {});
    task.result.catch(() => undefined);
    // On a busy machine Firefox takes up to 100 ms to deliver a message between idle agents.
    const heartbeat = 250;
    const client = connectTo(thread, { heartbeat });
    equal(await ask(client, 'echo', 'first'), 'first');
    const clone = client.clone();
    for (const [pieces, periods] of BUSY_WAYS) {
      await computeInPieces(pieces, periods * heartbeat);
      equal(await ask(client, 'echo', periods), periods);
      equal(await ask(clone, 'echo', periods), periods);
    }
    clone.close();
  });

  check('a thread that is busy while it connects is connected nevertheless', async (rig) => {
    const thread = await rig.thread();
    thread.run('serve', {}).result.catch(() => undefined);
    await connectTo(thread).connected;
    const late = 500;
    const client = connectTo(thread, { timeout: late });
    compute(1.5 * late);
    await client.connected;
    equal(await ask(client, 'echo', 'here'), 'here');
  });

  check('a busy supervisor does not kill a child that ends when it is asked to', async () => {
    const events: SupervisorEvent[] = [];
    const { start } = holding();
    const supervisor = supervise(
      { child: { start, shutdown: 20 } },
      { onEvent: (event) => events.push(event) },
    );
    await supervisor.children.child.ready();
    const stopped = supervisor.stop();
    await Promise.resolve();
    compute(100);
    await stopped;
    const killed = events.map((event) => event.type === 'stopped' && event.killed);
    equal(killed.includes(true), false);
  });

  check('restarts are counted by a monotonic clock', async () => {
    const { now } = Date;
    let hours = 0;
    // Each call returns a time one hour later.
    Date.now = () => now() + 3_600_000 * hours++;
    try {
      let started = 0;
      const supervisor = supervise(
        {
          child: { start: () => ({ done: Promise.reject(new Error(`end ${String(++started)}`)) }) },
        },
        { intensity: { restarts: 3, within: 3_600_000 } },
      );
      const gaveUp = fails(supervisor.done, 'ServerDisappeared');
      let over = false;
      void gaveUp.then(
        () => (over = true),
        () => undefined,
      );
      await until(() => over || started > 4);
      supervisor.kill();
      await gaveUp;
      equal(started, 4);
    } finally {
      Date.now = now;
    }
  });
});
