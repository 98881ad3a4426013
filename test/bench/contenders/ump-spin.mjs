// ump-ng, with both sides polling before they sleep.
import { listen } from 'ump-ng';
import { answer } from './answer.mjs';
import { openClient } from './ump-client.mjs';

/** Microseconds: longer than the round trip of a small message between two threads that poll. */
const SPIN = 50;

export const open = (mode) => openClient('ump-spin', mode, { spin: SPIN });

/** @param {import('../service.mjs').Service} service */
export async function serve(service) {
  for await (const message of listen(undefined, { spin: SPIN })) answer(service, message);
}
