import { releaseProxy, wrap } from 'ump-ng/comlink';
import { expect, test } from 'vitest';

test('a worker that is simulated in this thread exposes an object', async () => {
  const worker = new Worker(new URL('./simulated-comlink.mjs', import.meta.url), {
    type: 'module',
  });
  const there = wrap(worker);
  expect(await there.greet('world')).toBe('hello world');
  there[releaseProxy]();
  worker.terminate();
});
