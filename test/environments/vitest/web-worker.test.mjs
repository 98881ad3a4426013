import { connect } from 'ump-ng';
import { expect, test } from 'vitest';

test('a worker that is simulated in this thread greets', async () => {
  const worker = new Worker(new URL('./simulated-greeter.mjs', import.meta.url), {
    type: 'module',
  });
  const client = connect(worker);
  expect(await client.req('world')).toBe('hello world');
  client.close();
  worker.terminate();
});
