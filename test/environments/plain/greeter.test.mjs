import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { connect } from 'ump-ng';

test('the thread greets', async () => {
  const worker = new Worker(new URL('../app/greeter.mjs', import.meta.url));
  const client = connect(worker);
  assert.equal(await client.req('world'), 'hello world');
  await worker.terminate();
});

test('a thread that does not answer in time', async () => {
  mock.timers.enable();
  const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true });
  const result = connect(worker).tryReq('world', { timeout: 60_000 });
  mock.timers.tick(60_000);
  assert.equal((await result).error.code, 'Timeout');
  mock.timers.reset();
  await worker.terminate();
});
