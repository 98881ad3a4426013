// What a careful person writes by hand, over the Worker's own channel. The yardstick.

const ONE_WAY = 0;

/** @param {{ postMessage: Function, addEventListener: Function }} channel */
export function callOver(channel) {
  const pending = new Map();
  let lastId = ONE_WAY;
  channel.addEventListener('message', ({ data: [id, value] }) => {
    const resolve = pending.get(id);
    pending.delete(id);
    resolve(value);
  });
  return {
    call: (value, transfer = []) =>
      new Promise((resolve) => {
        const id = ++lastId;
        pending.set(id, resolve);
        channel.postMessage([id, value], transfer);
      }),
    post: (value) => channel.postMessage([ONE_WAY, value]),
    transfers: true,
  };
}

export function serveOver(service, channel) {
  channel.addEventListener('message', ({ data: [id, value] }) => {
    if (id === ONE_WAY) {
      service.post(value);
      return;
    }
    const reply = service.request(value);
    channel.postMessage([id, reply], service.transfer(reply) ?? []);
  });
}

export const open = callOver;
export const serve = (service) => serveOver(service, globalThis);
