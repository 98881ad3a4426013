/** What runs in a dedicated worker of a web rig. */
import { playIn } from './web-entry.js';

/** Bun's workers have no close(), but a process. */
const scope = globalThis as unknown as Worker & { close?(): void; process?: { exit(): void } };

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
    if (scope.close === undefined) scope.process?.exit();
    else scope.close();
  },
);
