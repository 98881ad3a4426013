/** A dedicated worker of the contract suite. */
import { playIn } from '../../contract/rigs/web-entry.js';

const scope = globalThis as unknown as Worker & { close(): void };

playIn(
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
  () => {
    scope.close();
  },
);
