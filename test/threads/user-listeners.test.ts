/** Which listeners of this package stay on the application's ports and Workers, in Node. */
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { connect, listen, type Client } from 'ump-ng';

const warnings: Error[] = [];
const onWarning = (warning: Error): void => void warnings.push(warning);
process.on('warning', onWarning);

afterEach(() => {
  expect(warnings).toEqual([]);
});

const TYPES = ['message', 'messageerror', 'close', 'error', 'exit'];

const counts = (target: MessagePort | Worker): number[] =>
  TYPES.map((type) => target.listenerCount(type));

const NONE = TYPES.map(() => 0);

const echo = new URL('./echo-worker.mjs', import.meta.url);

test('closed servers of many names share the listeners of one on their port', async () => {
  const { port1, port2 } = new MessageChannel();
  let ofOne: number[] | undefined;
  for (let n = 0; n < 50; n++) {
    const name = String(n);
    const server = listen(port1, { name });
    const client: Client = connect(port2, { name });
    await client.connected;
    client.close();
    server.close();
    ofOne ??= counts(port1);
    expect(counts(port1)).toEqual(ofOne);
    expect(counts(port2)).toEqual(NONE);
  }
  const late = await connect(port2, { name: '7' }).tryReq('late');
  expect(late).toMatchObject({ ok: false, error: { code: 'ServerDisappeared' } });
  port2.close();
  await once(port1, 'close');
  await turn();
  expect(counts(port1)).toEqual(NONE);
});

test('listen() and connect() on a closed port fail', async () => {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  await turn();
  const server = listen(port1);
  await expect(server.wait()).rejects.toMatchObject({ code: 'ClientsDisappeared' });
  expect(await connect(port1).tryReq('late')).toMatchObject({
    ok: false,
    error: { code: 'ServerDisappeared' },
  });
});

test('a port keeps the event loop alive for a listener of the application after the package has left it', async () => {
  const { port1, port2 } = new MessageChannel();
  const holds = (): boolean => (port1 as unknown as { hasRef(): boolean }).hasRef();
  const server = listen(port2);
  const client = connect(port1);
  await client.connected;
  expect(holds()).toBe(false);
  port1.on('message', () => undefined);
  client.close();
  expect(holds()).toBe(true);
  server.close();
  port1.close();
});

test('a Worker keeps one set of listeners for its end, for any number of clients', async () => {
  const worker = new Worker(echo);
  let ofOne: number[] | undefined;
  for (let n = 0; n < 20; n++) {
    const client: Client = connect(worker);
    expect(await client.req(n)).toBe(n);
    client.close();
    ofOne ??= counts(worker);
    expect(counts(worker)).toEqual(ofOne);
    expect(worker.listenerCount('message')).toBe(0);
  }
  await worker.terminate();
});
