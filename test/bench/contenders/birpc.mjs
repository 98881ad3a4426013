// birpc, over a port of its own like raw's, without the timer that it starts for every call unless
// told not to. It has no way to name what shall be transferred.
import { createBirpc } from 'birpc';
import { spawn } from '../spawn.mjs';

const over = (port) => ({
  post: (data) => port.postMessage(data),
  on: (listener) => port.on('message', listener),
  timeout: -1,
});

/** @returns {Promise<import('../spawn.mjs').Caller>} */
export async function open(mode) {
  const { port, close } = await spawn('birpc', mode);
  const rpc = createBirpc({}, over(port));
  return {
    call: (value) => rpc.$call('request', value),
    post: (value) => void rpc.$callEvent('post', value),
    transfers: false,
    close,
  };
}

/** @param {import('../service.mjs').Service} service */
export function serve({ post, request }, port) {
  createBirpc({ post, request }, over(port));
}
