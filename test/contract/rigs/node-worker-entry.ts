/** What runs in each thread of the worker rig. */
import { parentPort, type Transferable } from 'node:worker_threads';
import { play } from '../tasks.js';

const port = parentPort;
if (port === null) throw new Error('this is a worker script');

const listeners: ((message: unknown) => void)[] = [];

play(
  {
    send: (message, transfer) => {
      port.postMessage(message, transfer as Transferable[]);
    },
    receive: (listener) => {
      listeners.push(listener);
      port.on('message', listener);
    },
  },
  {
    endpoint: undefined,
    leave: () => {
      for (const listener of listeners) port.off('message', listener);
      port.unref();
    },
    exit: () => process.exit(0),
    own: () => undefined,
  },
);
