/**
 * bound: the promise of the project, as a ratio to raw; least: minimum of messages in a sample, so
 * that its start and end do not matter
 *
 * @typedef {import('./service.mjs').Mode} Mode
 * @typedef {import('./service.mjs').Value} Value
 * @typedef {import('./spawn.mjs').Caller} Caller
 *
 * @typedef {{
 *   name: string,
 *   mode: Mode,
 *   measure: 'time' | 'throughput',
 *   bound?: number,
 *   least?: number,
 *   fits: (caller: Caller) => boolean,
 *   run: (caller: Caller, count: number) => Promise<unknown>,
 * }} Scenario
 */

const MIB = 2 ** 20;

// About 2 KB when cloned, like one page of a list.
const rows = Array.from({ length: 20 }, (_, id) => ({
  id,
  title: `Invoice ${2040 + id} for the second quarter`,
  open: id % 3 === 0,
  total: 129.95 * (id + 1),
  tags: ['invoice', 'q2'],
}));

export const small = (n) => ({ n, op: 'echo' });
export const medium = (n) => ({ n, rows });
/** The buffer of the last reply is sent again, so that no allocation is measured. */
const buffer = (n, last) => ({ n, data: last?.data ?? new ArrayBuffer(MIB) });

/** The same for every contender: each reply is checked. */
export function check(reply, sent) {
  const whole =
    reply.n === sent.n &&
    reply.rows?.length === sent.rows?.length &&
    reply.rows?.[19].id === sent.rows?.[19].id &&
    reply.data?.byteLength === (sent.data && MIB);
  if (!whole) throw new Error(`request ${sent.n} got the wrong reply: ${JSON.stringify(reply)}`);
}

/** Keeps a fixed number of requests in flight: the next is sent whenever one is answered. */
function requests(message, inFlight, transfers = false) {
  return async (caller, count) => {
    let next = 0;
    const lane = async () => {
      let last;
      while (next < count) {
        const value = message(next++, last);
        last = await caller.call(value, transfers ? [value.data] : undefined);
        check(last, transfers ? { n: value.n, data: true } : value);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  };
}

async function flood(caller, count) {
  for (let n = 0; n < count; n++) caller.post(small(n));
  check(await caller.call(small(count)), { n: count });
}

/** One after another, on the objects of a library that has remote ones. */
const onObjects = (step) => async (caller, count) => {
  for (let n = 0; n < count; n++) {
    const got = await step(caller.objects, n);
    if (got !== n) throw new Error(`expected ${n}, got ${got}`);
  }
};

const anyone = () => true;
/** Only the contenders that have remote objects carry such a scenario out. */
export const withObjects = (caller) => caller.objects !== undefined;

/** @type {Scenario[]} */
export const scenarios = [
  {
    name: 'small, 1 in flight',
    mode: 'echo',
    measure: 'time',
    bound: 1.1,
    fits: anyone,
    run: requests(small, 1),
  },
  {
    name: 'small, 1000 in flight',
    mode: 'echo',
    measure: 'throughput',
    bound: 1,
    least: 5000,
    fits: anyone,
    run: requests(small, 1000),
  },
  {
    name: '2 KB object, 1 in flight',
    mode: 'echo',
    measure: 'time',
    fits: anyone,
    run: requests(medium, 1),
  },
  {
    name: '2 KB object, 1000 in flight',
    mode: 'echo',
    measure: 'throughput',
    least: 5000,
    fits: anyone,
    run: requests(medium, 1000),
  },
  {
    name: '1 MiB transferred',
    mode: 'transfer',
    measure: 'time',
    fits: (caller) => caller.transfers,
    run: requests(buffer, 1, true),
  },
  { name: '1 MiB cloned', mode: 'echo', measure: 'time', fits: anyone, run: requests(buffer, 1) },
  {
    name: 'post flood',
    mode: 'count',
    measure: 'throughput',
    least: 5000,
    fits: (caller) => caller.post !== undefined,
    run: flood,
  },
  ...Object.entries({
    'property set, then get': async ({ remote }, n) => {
      remote.value = n;
      return remote.value;
    },
    'object made, read, released': async ({ remote, release }, n) => {
      const thing = await new remote.Thing(n);
      const got = await thing.n;
      release(thing);
      return got;
    },
    'callback made, called, released': ({ callback }, n) => callback((more) => n + more - 1),
  }).map(([name, step]) => ({
    name,
    mode: 'echo',
    measure: 'time',
    fits: withObjects,
    run: onObjects(step),
  })),
];
