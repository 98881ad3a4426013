/** The script of each thread of the rig with worker threads. */
import { parentPort, workerData, type Transferable } from 'node:worker_threads';
import { setLane, type LaneName } from '../lane-of-rig.js';
import { runRoles } from '../role-runner.js';

const port = parentPort;
if (port === null) throw new Error('this is a worker script');

setLane((workerData as { lane?: LaneName } | null)?.lane);

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
