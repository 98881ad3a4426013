/** The time for many simultaneous events is linear in their number, not quadratic. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { channel } from 'ump-ng';

const script = fileURLToPath(new URL('../bench/stalls/growth.mjs', import.meta.url));
const text = readFileSync(new URL('../bench/stalls/scenarios.mjs', import.meta.url), 'utf8');
const names = [...text.matchAll(/^ {2}async '(.+)'\(n\)/gm)].map(([, name = '']) => name);
/**
 * Garbage is collected in this thread and seldom: the cost of a collection depends on the size of
 * the heap, and would look like growth.
 */
const flags = [
  '--expose-gc',
  '--single-threaded-gc',
  '--min-semi-space-size=128',
  '--max-semi-space-size=128',
];
/** Milliseconds, for growth that is not linear. */
const TIMEOUT_MS = 120_000;

test.each(names)(
  '%s: linear',
  async (name) => {
    const run = promisify(execFile)(process.execPath, [...flags, script, name]);
    const growth = JSON.parse((await run).stdout) as number[];
    for (const step of growth) expect(step).toBeLessThanOrEqual(2.5);
  },
  TIMEOUT_MS,
);

test('1000 timeouts that fire together share a few rounds of the event loop', async () => {
  const counts = fileURLToPath(new URL('./shared-rounds.mjs', import.meta.url));
  const run = promisify(execFile)(process.execPath, [counts], { timeout: TIMEOUT_MS });
  expect((await run).stdout).toBe('Timeout 1000 true\n');
});

test('a signal of many calls has one listener, and none once they have settled', async () => {
  const { server, client } = channel<number, number, number>();
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener: add, removeEventListener: remove } = signal;
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove.apply(signal, args);
  };
  const calls = Array.from({ length: 100 }, (_, n) => client.req(n, { signal }));
  const waits = Array.from({ length: 100 }, () => server.wait({ signal }));
  expect(listeners).toBe(1);
  for (const each of waits) {
    const message = await each;
    if (message.type === 'request') message.rctx.reply(message.msg);
  }
  await Promise.all(calls);
  expect(listeners).toBe(0);
  client.close();
});
