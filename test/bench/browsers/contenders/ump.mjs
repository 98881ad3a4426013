// ump-ng as its users have it: over the Worker's own channel.
import { connect, listen } from 'ump-ng';
import { callWith } from '../../call-with.mjs';
import { answer } from '../../contenders/answer.mjs';

export async function open(worker) {
  const client = connect(worker);
  await client.connected;
  return callWith(client);
}

export async function serve(service) {
  for await (const message of listen()) answer(service, message);
}
