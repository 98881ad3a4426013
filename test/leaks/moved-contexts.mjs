// Ten thousand contexts that moved leave no port open: answered, dropped, cancelled, moved twice.
import assert from 'node:assert/strict';
import { ReplyContext, channel } from 'ump-ng';
import { collectUntil, countPorts, serve, turn } from './utilities.mjs';

const CONTEXTS = 10_000;
const AT_ONCE = 100;

const { server, client } = channel();
const ends = {
  reply: (rctx) => rctx.reply('done'),
  fail: (rctx) => rctx.fail('no'),
  drop: (rctx) => rctx[Symbol.dispose](),
  twice: (rctx) => ReplyContext.from(rctx.transfer()).reply('done'),
  never: (rctx) => rctx.signal,
};
const names = Object.keys(ends);
void serve(server, (msg, rctx) => ends[msg](ReplyContext.from(rctx.transfer())));

async function round(n) {
  const abort = new AbortController();
  const calls = Array.from({ length: AT_ONCE }, (_, at) =>
    client.tryReq(names[(n + at) % names.length], { signal: abort.signal }),
  );
  const answered = calls.filter((_, at) => names[(n + at) % names.length] !== 'never');
  await Promise.all(answered);
  abort.abort();
  const results = await Promise.all(calls);
  assert.equal(results.filter(({ ok }) => ok).length, (AT_ONCE * 2) / names.length);
}

await round(0);
await turn();
const ports = countPorts();
for (let n = 0; n < CONTEXTS / AT_ONCE; n++) await round(n);
await collectUntil(() => ports() === 0, `no port is left open: ${ports()}`);
client.close();
