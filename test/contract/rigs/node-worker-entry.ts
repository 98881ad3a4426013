/** What runs in each thread of the worker rig. */
import { parentPort, type Transferable } from 'node:worker_threads';
import { play } from '../tasks.js';

const port = parentPort;
if (port === null) throw new Error('this is a worker script');

play(
  {
    send: (message, transfer) => {
      port.postMessage(message, transfer as Transferable[]);
    },
    receive: (listener) => port.on('message', listener),
  },
  {
    endpoint: undefined,
    exit: () => process.exit(0),
    own: () => undefined,
  },
);
