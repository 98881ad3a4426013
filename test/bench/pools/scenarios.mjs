/** @typedef {{ call: (n?: number) => Promise<number | undefined> }} PoolCaller */

/** Keeps a fixed number of tasks in flight: the next is sent whenever one is done. */
const tasks =
  (n, expected, inFlight) =>
  async (/** @type {PoolCaller} */ { call }, count) => {
    let left = count;
    const lane = async () => {
      while (left-- > 0) {
        const reply = await call(n);
        if (reply !== expected) throw new Error(`expected ${expected}, got ${reply}`);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  };

// `bound`: what the project promises, as a ratio to each peer.
export const scenarios = [
  {
    name: 'empty task, 1000 in flight',
    measure: 'throughput',
    bound: 2,
    least: 5000,
    run: tasks(undefined, undefined, 1000),
  },
  {
    name: 'empty task, 1 in flight',
    measure: 'throughput',
    run: tasks(undefined, undefined, 1),
  },
  {
    name: 'fib(24), 100 in flight',
    measure: 'throughput',
    bound: 1,
    least: 200,
    run: tasks(24, 46_368, 100),
  },
];
