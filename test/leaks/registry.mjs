// Names that were looked up, awaited and cancelled, and streams that failed to start, leave no port
// open.
import assert from 'node:assert/strict';
import { actor, register, remote, spawn, whenRegistered, whereis } from 'ump-ng/actors';
import { collectUntil, countPorts, turn } from './utilities.mjs';

const ROUNDS = 1000;

const lister = actor({
  req: {
    *list() {
      yield 1;
    },
  },
});
const streaming = spawn(lister);
const listing = remote(streaming.client);

async function round(n) {
  const name = `name ${n % 10}`;
  const { client, done } = spawn({ req: (msg, rctx) => void rctx.reply(msg) });
  const waiting = whenRegistered(name);
  const givenUp = whenRegistered('never', { timeout: 1 });
  const isGivenUp = assert.rejects(givenUp, { code: 'Timeout' });
  const registration = await register(name, client);
  const found = [await whereis(name), await waiting];
  for (const each of found) {
    assert.equal(await each.req(n), n);
    each.close();
  }
  await assert.rejects(register(name, client), { code: 'App' });
  await isGivenUp;
  await assert.rejects(listing.stream.list(() => 'cannot be cloned').next(), { code: 'DataClone' });
  if (n % 2 === 0) registration.close();
  client.close();
  await done;
  while (await whereis(name));
}

await round(0);
await turn();
const ports = countPorts();
for (let n = 0; n < ROUNDS; n++) await round(n);
await collectUntil(() => ports() === 0, `no port is left open: ${ports()}`);
streaming.client.close();
