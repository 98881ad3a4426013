// comlink, which speaks over the Worker's own channel too. It knows no one-way message.
import * as comlink from 'comlink';

export function open(worker) {
  const service = comlink.wrap(worker);
  return {
    call: (value, transfer) =>
      service.request(transfer ? comlink.transfer(value, transfer) : value),
    transfers: true,
  };
}

export function serve(service) {
  const request = (value) => {
    const reply = service.request(value);
    const transfer = service.transfer(reply);
    return transfer ? comlink.transfer(reply, transfer) : reply;
  };
  comlink.expose({ request });
}
