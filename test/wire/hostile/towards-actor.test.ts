/** Calls of an actor that follow no rule: the ports in them are closed. */
import { expect, test } from '@jest/globals';
import { channel } from 'ump-ng';
import { actor, serve } from 'ump-ng/actors';
import { MessageChannel } from 'node:worker_threads';
import { checkInvariants } from '../support/invariants.js';
import { F, ROLE, hello, rawPeer } from '../support/raw-peer.js';

checkInvariants();

test.each<[string, unknown]>([
  ['a number', 7],
  ['an object', {}],
  ['nothing', undefined],
])('a call of no method with %s as its sink closes its references', async (_name, sink) => {
  const { server, client } = channel<unknown, unknown, unknown, unknown>();
  const ended = serve(server, actor({ req: { echo: (x: unknown) => x } }) as never);
  const { raw, port } = rawPeer();
  server.accept(port);
  const { port1, port2 } = new MessageChannel();
  const closed = new Promise((resolve) => port2.on('close', resolve));
  const references = [['callback', port1]];
  raw.say(hello(ROLE.CLIENT), [F.REQ, 1, ['missing', [], null, undefined, references, sink]]);
  await closed;
  expect((await raw.hears(F.ERR)).slice(0, 3)).toEqual([F.ERR, 1, 'MethodNotFound']);
  raw.close();
  client.close();
  await ended;
});
