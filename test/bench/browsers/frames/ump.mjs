import { connect, listen } from 'ump-ng';
import { answer } from '../../contenders/answer.mjs';
import { callWith } from '../../call-with.mjs';

export async function open({ contentWindow }, origin) {
  const client = connect(contentWindow, { origin });
  await client.connected;
  return { ...callWith(client), close: () => client.close() };
}

export async function serve(service, origin) {
  const server = listen(undefined, { allowedOrigins: [origin] });
  for await (const message of server) answer(service, message);
}
