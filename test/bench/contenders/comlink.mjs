// comlink, over a port of its own like raw's. It knows no one-way message.
import * as comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { spawn } from '../spawn.mjs';

/** @returns {Promise<import('../spawn.mjs').Caller>} */
export async function open(mode) {
  const { port, close } = await spawn('comlink', mode);
  const service = comlink.wrap(nodeEndpoint(port));
  return {
    call: (value, transfer) =>
      service.request(transfer ? comlink.transfer(value, transfer) : value),
    transfers: true,
    close,
  };
}

/** @param {import('../service.mjs').Service} service */
export function serve(service, port) {
  const request = (value) => {
    const reply = service.request(value);
    const transfer = service.transfer(reply);
    return transfer ? comlink.transfer(reply, transfer) : reply;
  };
  comlink.expose({ request }, nodeEndpoint(port));
}
