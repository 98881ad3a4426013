// ump-ng, its server read with `for await`.
import { listen } from 'ump-ng';
import { answer } from './answer.mjs';
import { openClient } from './ump-client.mjs';

export const open = (mode) => openClient('ump', mode);

/** @param {import('../service.mjs').Service} service */
export async function serve(service) {
  for await (const message of listen()) answer(service, message);
}
