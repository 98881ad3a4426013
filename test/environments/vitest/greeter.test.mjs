// @vitest-environment jsdom
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { connect } from 'ump-ng';
import { expect, test, vi } from 'vitest';

test('the thread greets', async () => {
  const worker = new Worker(path.join(import.meta.dirname, '../app/greeter.mjs'));
  const client = connect(worker);
  expect(await client.req('world')).toBe('hello world');
  await worker.terminate();
});

test('a thread that does not answer in time', async () => {
  vi.useFakeTimers();
  const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true });
  const result = connect(worker).tryReq('world', { timeout: 60_000 });
  vi.advanceTimersByTime(60_000);
  expect(await result).toMatchObject({ error: { code: 'Timeout' } });
  vi.useRealTimers();
  await worker.terminate();
});
