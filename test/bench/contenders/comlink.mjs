// comlink, over a port of its own like raw's. It knows no one-way message.
import * as comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { callWith, serviceOf } from '../remote-objects.mjs';
import { spawn } from '../spawn.mjs';

/** @returns {Promise<import('../spawn.mjs').Caller>} */
export async function open(mode) {
  const { port, close } = await spawn('comlink', mode);
  return { ...callWith(comlink, comlink.wrap(nodeEndpoint(port))), close };
}

/** @param {import('../service.mjs').Service} service */
export function serve(service, port) {
  comlink.expose(serviceOf(comlink, service), nodeEndpoint(port));
}
