/** A SharedWorker of the contract suite, which only one page uses. */
import { runRolesIn } from '../../contract/rigs/web-entry.js';

const scope = globalThis as unknown as EventTarget & { close(): void };
const exit = (): void => {
  scope.close();
};

scope.addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0]!;
  port.addEventListener('message', ({ data }) => {
    if (data === 'end') exit();
  });
  port.start();
  runRolesIn(
    {
      send: (message, transfer) => {
        port.postMessage(message, transfer as Transferable[]);
      },
      receive: (listener) => {
        port.addEventListener('message', ({ data }) => {
          listener(data);
        });
      },
    },
    exit,
    // As elsewhere, where servers end with their last client.
    { keepAlive: false },
  );
});
