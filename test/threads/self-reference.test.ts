import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import * as ump from 'ump-ng';

const dist = new URL('../../dist/index.js', import.meta.url);

test('a test and its worker threads both get the built package by its name', async () => {
  const worker = new Worker(new URL('./exports-worker.mjs', import.meta.url));
  const [fromWorker] = (await once(worker, 'message')) as [{ url: string; names: string[] }];
  await worker.terminate();

  expect(fromWorker.url).toBe(dist.href);
  expect(Object.keys(ump)).toEqual(fromWorker.names);
  expect(readFileSync(dist, 'utf8')).toContain(fromWorker.names[0]);
});
