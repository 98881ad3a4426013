// comlink, which speaks over the Worker's own channel too. It knows no one-way message.
import * as comlink from 'comlink';

export const callWith = (remote) => ({
  call: (value, transfer) => remote.request(transfer ? comlink.transfer(value, transfer) : value),
  transfers: true,
});

export const serviceOf = (service) => ({
  request: (value) => {
    const reply = service.request(value);
    const transfer = service.transfer(reply);
    return transfer ? comlink.transfer(reply, transfer) : reply;
  },
});

export const open = (worker) => callWith(comlink.wrap(worker));
export const serve = (service) => comlink.expose(serviceOf(service));
