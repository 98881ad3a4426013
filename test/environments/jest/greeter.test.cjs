const { Worker } = require('node:worker_threads');
const path = require('node:path');
const { connect } = require('ump-ng');

test('the thread greets', async () => {
  const worker = new Worker(path.join(__dirname, '../app/greeter.mjs'));
  const client = connect(worker);
  expect(await client.req('world')).toBe('hello world');
  await worker.terminate();
});

test('a thread that does not answer in time', async () => {
  jest.useFakeTimers();
  const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true });
  const result = connect(worker).tryReq('world', { timeout: 60_000 });
  jest.advanceTimersByTime(60_000);
  expect(await result).toMatchObject({ error: { code: 'Timeout' } });
  jest.useRealTimers();
  await worker.terminate();
});
