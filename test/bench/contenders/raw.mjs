// What a careful person writes by hand for this one purpose, with none of what a library is for: no
// errors, no cancellation, no detection of deaths. The yardstick.
import { spawn } from '../spawn.mjs';

/** The id of a message that wants no answer. */
const ONE_WAY = 0;

/** @returns {Promise<import('../spawn.mjs').Caller>} */
export async function open(mode) {
  const { port, close } = await spawn('raw', mode);
  const pending = new Map();
  let lastId = ONE_WAY;
  port.on('message', ([id, value]) => {
    const resolve = pending.get(id);
    pending.delete(id);
    resolve(value);
  });
  return {
    call: (value, transfer) =>
      new Promise((resolve) => {
        const id = ++lastId;
        pending.set(id, resolve);
        port.postMessage([id, value], transfer);
      }),
    post: (value) => port.postMessage([ONE_WAY, value]),
    transfers: true,
    close,
  };
}

/** @param {import('../service.mjs').Service} service */
export function serve(service, port) {
  port.on('message', ([id, value]) => {
    if (id === ONE_WAY) {
      service.post(value);
      return;
    }
    const reply = service.request(value);
    port.postMessage([id, reply], service.transfer(reply));
  });
}
