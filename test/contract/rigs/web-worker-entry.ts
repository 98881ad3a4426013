/** What runs in each worker of the web rig. */
import { play } from '../tasks.js';

const scope = globalThis as unknown as Worker & { close(): void };

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
      scope.close();
    },
    own: () => undefined,
  },
);

// A thread whose death could not be seen yet would make the cases about deaths a matter of luck: locks
// are granted in turn, so the package has its own by now.
void navigator.locks.request('up', { mode: 'shared' }, () => {
  scope.postMessage('up');
});
