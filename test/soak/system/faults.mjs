// Faults that are planted on purpose, to see that the trend test finds them.
import { onDeadLetter } from 'ump-ng/actors';

const leaked = [];

export const faults = {
  /** Each second a client that is never closed. */
  client: {
    name: 'planted client',
    every: 1000,
    run: async ({ hub }) => {
      const client = hub.clone();
      await client.req(0);
      leaked.push({ client, data: new Uint8Array(1024) });
    },
  },
  /** Each second a listener that is never removed. */
  listener: {
    name: 'planted listener',
    every: 1000,
    run: async () => {
      onDeadLetter(() => undefined);
    },
  },
  /** Each second the hub answers later. */
  latency: {
    name: 'planted latency',
    every: 1000,
    run: ({ hub }) => hub.req({ command: 'delay', value: 5 }),
  },
  /** Each second a wrong answer is expected. */
  answer: {
    name: 'planted answer',
    every: 1000,
    run: async ({ hub }) => {
      if ((await hub.req(1)) !== 1) throw new Error('planted: not the answer that was expected');
    },
  },
};
