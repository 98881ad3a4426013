/** A frame of the contract suite. Its address contains the origin of its parent. */
import { runRolesIn } from '../../contract/rigs/web-entry.js';

const origin = location.hash.slice(1);

runRolesIn(
  {
    send: (message, transfer) => {
      parent.postMessage(message, origin, transfer as Transferable[]);
    },
    receive: (listener) => {
      window.addEventListener('message', ({ data, source }) => {
        if (source === parent) listener(data);
      });
    },
  },
  () => {
    location.replace('about:blank');
  },
  // As elsewhere, where servers end with their last client.
  { keepAlive: false, allowedOrigins: [origin] },
);
