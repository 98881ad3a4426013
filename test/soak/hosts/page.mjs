// The page of the system. The driver calls `soak`, one action after the other.
import { takeErrors } from '../system/probe.mjs';
import { createSystem } from '../system/system.mjs';

let system;

/** Counts the locks of all agents of this origin. */
async function countLocks() {
  const { held, pending } = await navigator.locks.query();
  return held.length + pending.length;
}

const actions = {
  async start(options) {
    system = await createSystem(options);
  },
  load: (ms) => system.load(ms),
  async sample() {
    return { counts: await system.count(), locks: await countLocks() };
  },
  take() {
    const { kinds, failures } = system.tally.take();
    return { kinds, failures: [...failures, ...takeErrors()] };
  },
  stop: () => system.stop(),
};

globalThis.soak = (action, value) => actions[action](value);
