import { once } from 'node:events';
import { connect } from 'ump-ng';
import { callWith } from '../call-with.mjs';
import { spawn } from '../spawn.mjs';

/**
 * The client side, the same however the server reads its mailbox. `options` are those of connect().
 *
 * @returns {Promise<import('../spawn.mjs').Caller>}
 */
export async function openClient(contender, mode, options) {
  const { worker, port } = await spawn(contender, mode);
  port.close();
  const client = connect(worker, options);
  await client.connected;
  return {
    ...callWith(client),
    // The server's loop ends with its last client, and its thread with it. An idle client has left
    // the worker unable to hold this process, which now waits for it.
    close: () => {
      client.close();
      worker.ref();
      return once(worker, 'exit');
    },
  };
}
