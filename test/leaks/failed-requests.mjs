// Requests that were aborted, timed out, disposed or never sent leave nothing pending: this process
// ends by itself, though its server never replies.
import assert from 'node:assert/strict';
import { channel } from 'ump-ng';

const { server, client } = channel();
const codes = new Map();
const count = ({ error }) => codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
const settled = [];
for (let n = 0; n < 100; n++) {
  const abort = new AbortController();
  settled.push(client.tryReq(n, { signal: abort.signal }).then(count));
  settled.push(client.tryReq(n, { signal: AbortSignal.abort() }).then(count));
  settled.push(client.tryReq(() => n).then(count));
  settled.push(client.tryReq(n, { transfer: [{}] }).then(count));
  settled.push(client.tryReq(n, { timeout: 0 }).then(count));
  settled.push(client.tryReq(n, { timeout: -1 }).then(count));
  assert.throws(() => client.post(Symbol('no')), { code: 'DataClone' });
  assert.throws(() => client.reqDeferred(Symbol('no')), { code: 'DataClone' });
  client.reqDeferred(n)[Symbol.dispose]();
  abort.abort();
}
await Promise.all(settled);
assert.deepEqual(Object.fromEntries(codes), {
  Aborted: 200,
  DataClone: 200,
  Timeout: 100,
  InvalidArgument: 100,
});
// None of them is delivered either, because they were cancelled in the queue.
await new Promise((resolve) => setImmediate(resolve));
assert.equal(server.tryPop(), undefined);
