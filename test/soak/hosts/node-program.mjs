// The process of the system in Node. It does what its parent asks, one thing after the other.
import { readdirSync } from 'node:fs';
import { createSystem } from '../system/system.mjs';

let system;
const errors = [];
process.on('uncaughtException', (error) => errors.push(error.stack));

function countResources() {
  const counts = {};
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

const actions = {
  async start(options) {
    system = await createSystem(options);
  },
  load: (ms) => system.load(ms),
  async sample() {
    const counts = await system.count();
    return {
      counts,
      process: {
        memory: process.memoryUsage.rss(),
        threads: readdirSync('/proc/self/task').length,
        descriptors: readdirSync('/proc/self/fd').length,
        // Timers of the moment are no handles.
        handles: Object.entries(countResources())
          .filter(([type]) => type !== 'Timeout' && type !== 'Immediate')
          .reduce((sum, [, count]) => sum + count, 0),
      },
    };
  },
  take() {
    const { kinds, failures } = system.tally.take();
    return { kinds, failures: [...failures, ...errors.splice(0)] };
  },
  stop: () => system.stop(),
};

process.on('message', async ({ action, value }) => {
  try {
    process.send({ value: await actions[action](value) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
  // Nothing else may keep this process running once the system has stopped.
  if (action === 'stop') process.disconnect();
});
