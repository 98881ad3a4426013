/** What runs in each worker of the web rig. */
import { play } from '../tasks.js';

/** Bun's workers have no close(), but a process. */
const scope = globalThis as unknown as Worker & { close?(): void; process?: { exit(): void } };

play(
  {
    send: (message, transfer) => {
      scope.postMessage(message, transfer as Transferable[]);
    },
    receive: (listener) => {
      scope.addEventListener('message', ({ data }) => {
        listener(data);
      });
    },
  },
  {
    endpoint: undefined,
    exit: () => {
      if (scope.close === undefined) scope.process?.exit();
      else scope.close();
    },
    own: () => undefined,
  },
);

// A thread whose death could not be seen yet would make the cases about deaths a matter of luck: locks
// are granted in turn, so the package has its own by now.
const { locks } = navigator as Partial<Navigator>;
const up = (): void => {
  scope.postMessage('up');
};
if (locks === undefined) up();
else void locks.request('up', { mode: 'shared' }, up);
