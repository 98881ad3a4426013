/** The script of each thread of the rig with worker threads. */
import { parentPort, type Transferable } from 'node:worker_threads';
import { runRoles } from '../role-runner.js';

const port = parentPort;
if (port === null) throw new Error('this is a worker script');

const listeners: ((message: unknown) => void)[] = [];

runRoles(
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
