// ump-ng/comlink: the API of comlink.
import * as lib from 'ump-ng/comlink';
import { callWith, serviceOf } from '../remote-objects.mjs';
import { spawn } from '../spawn.mjs';

/** @returns {Promise<import('../spawn.mjs').Caller>} */
export async function open(mode) {
  const { worker, port, close } = await spawn('ump-comlink', mode);
  port.close();
  return { ...callWith(lib, lib.wrap(worker)), close };
}

/** @param {import('../service.mjs').Service} service */
export function serve(service) {
  lib.expose(serviceOf(lib, service));
}
