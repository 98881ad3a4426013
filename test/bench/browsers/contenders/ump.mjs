// ump-ng as its users have it: over the Worker's own channel.
import { connect, listen } from 'ump-ng';
import { answer } from '../../contenders/answer.mjs';

export const callWith = (client) => ({
  call: (value, transfer) => client.req(value, transfer && { transfer }),
  post: (value) => client.post(value),
  transfers: true,
});

export async function open(worker) {
  const client = connect(worker);
  await client.connected;
  return callWith(client);
}

export async function serve(service) {
  for await (const message of listen()) answer(service, message);
}
