// ump-ng, its server read with `wait()`.
import { isUmpError, listen } from 'ump-ng';
import { answer } from './answer.mjs';
import { openClient } from './ump-client.mjs';

export const open = (mode) => openClient('ump-wait', mode);

/** @param {import('../service.mjs').Service} service */
export async function serve(service) {
  const server = listen();
  try {
    for (;;) answer(service, await server.wait());
  } catch (error) {
    if (!isUmpError(error, 'ClientsDisappeared')) throw error;
  }
}
