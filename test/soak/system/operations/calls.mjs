// Calls: of the hub, of a pool whose workers die and are renewed, of a supervised child that dies.
import { equal, fails, timed } from '../expect.mjs';

/** A call that may be carried out again, because the worker that has it may die. */
const AGAIN = { idempotent: 10 };
const BURST = 4;

export const calls = [
  {
    name: 'request',
    every: 10,
    run: async ({ hub, tally, random }) => {
      const n = random();
      equal(await timed(tally, 'request', () => hub.req(n)), n + 1, 'the answer of the hub');
    },
  },
  {
    name: 'pool call',
    every: 50,
    run: async ({ pool, tally, random }) => {
      const call = async () => {
        const n = random();
        const there = pool.with(AGAIN);
        equal(await timed(tally, 'pool call', () => there.req.square(n)), n * n, 'a square');
      };
      await Promise.all(Array.from({ length: BURST }, call));
    },
  },
  {
    name: 'pool crash',
    every: 4000,
    run: ({ pool, tally }) => fails(tally, 'pool crash', 'ServerDisappeared', pool.req.crash()),
  },
  {
    name: 'pool hang',
    every: 5000,
    run: ({ pool, tally }) => {
      const limited = pool.with({ ...AGAIN, timeout: 300, killAfter: 100 });
      return fails(tally, 'pool hang', 'Timeout', limited.req.hang());
    },
  },
  {
    name: 'supervised call',
    every: 25,
    run: async ({ child, tally, random }) => {
      const text = 'x'.repeat(random() % 50);
      const call = () => child.with(AGAIN).req.lengthOf(text);
      equal(await timed(tally, 'supervised call', call), text.length, 'a length');
    },
  },
  {
    name: 'child crash',
    every: 3000,
    run: ({ child, tally }) => fails(tally, 'child crash', 'ServerDisappeared', child.req.crash()),
  },
  {
    name: 'abort',
    every: 100,
    run: async ({ near, tally }) => {
      const controller = new AbortController();
      const call = near.with({ signal: controller.signal }).req.forever();
      setTimeout(() => controller.abort(), 5);
      await fails(tally, 'abort', 'Aborted', call);
    },
  },
  {
    name: 'timeout',
    every: 100,
    run: ({ near, tally }) =>
      fails(tally, 'timeout', 'Timeout', near.with({ timeout: 5 }).req.forever()),
  },
];
