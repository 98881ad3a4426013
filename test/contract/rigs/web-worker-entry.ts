/** The script of a dedicated worker of a web rig. */
import { runRolesIn } from './web-entry.js';

/** Bun's workers have no close(), but they have a process. */
const scope = globalThis as unknown as Worker & { close?(): void; process?: { exit(): void } };

runRolesIn(
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
