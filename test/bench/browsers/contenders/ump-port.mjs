// A clone of a client, which has a MessagePort of its own.
import { connect } from 'ump-ng';
import { callWith } from '../../call-with.mjs';
import { serve } from './ump.mjs';

export { serve };

export async function open(worker) {
  const client = connect(worker).clone();
  await client.connected;
  return callWith(client);
}
