/** Messages of a client that follow no rule of ump-ng/comlink: the exposed object serves others. */
import { expect, test } from '@jest/globals';
import { connect, type Client } from 'ump-ng';
import {
  createEndpoint,
  expose,
  finalizer,
  releaseProxy,
  wrap,
  type Endpoint,
} from 'ump-ng/comlink';
import { BroadcastChannel, MessageChannel } from 'node:worker_threads';

const sparse = (): unknown[] => new Array<unknown>(2 ** 32 - 1);
const [SET, APPLY] = [1, 2];

test.each<[string, unknown]>([
  ['no call', 'call'],
  ['a call of holes', sparse()],
  ['a path that is none', [APPLY, 0, 'add', undefined]],
  ['a path of holes', [APPLY, 0, sparse(), undefined]],
  ['a key that becomes __proto__', [SET, 0, [['__proto__'], 'polluted'], undefined, 1]],
  ['a key that becomes constructor', [APPLY, 0, ['add', ['constructor']], undefined, 'x']],
])('%s is refused', async (_name, call) => {
  const { port1, port2 } = new MessageChannel();
  expose({ add: (a: number, b: number) => a + b }, port1);
  const honest = wrap<{ add(a: number, b: number): number }>(port2);
  const port = (await honest[createEndpoint]()) as never;
  const hostile: Client = connect(port, { name: 'comlink' });
  expect(await hostile.tryReq(call)).toMatchObject({ ok: false });
  for (const posted of ['x', null, {}, sparse(), -1]) hostile.post(posted);
  expect(await honest.add(1, 2)).toBe(3);
  expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
  hostile.close();
  honest[releaseProxy]();
});

test('of two ports for callbacks, the first one is closed', async () => {
  const { port1, port2 } = new MessageChannel();
  expose({ add: (a: number, b: number) => a + b }, port1);
  const hostile: Client = connect(port2, { name: 'comlink' });
  const [first, second] = [new MessageChannel(), new MessageChannel()];
  const closed = new Promise((resolve) => first.port2.on('close', resolve));
  // What is queued comes before the close.
  first.port2.on('message', () => undefined);
  for (const { port1: port } of [first, second]) hostile.post(port, { transfer: [port] });
  await closed;
  second.port2.close();
  hostile.close();
});

const add = (a: number, b: number): number => a + b;
const [KNOCK, OPEN] = [0, 2];
const handshake = (kind: number, port: unknown): unknown[] => ['ump-ng', 2, kind, 'comlink', port];

test('handshakes and tunnels that a peer made up do no harm to an endpoint that moves no ports', async () => {
  const [here, there, foreign] = [1, 2, 3].map(() => new BroadcastChannel('hostile'));
  const ended = new Promise<void>((resolve) => {
    expose({ add, [finalizer]: resolve }, there);
  });
  const honest = wrap<{ add: typeof add }>(here as unknown as Endpoint);
  expect(await honest.add(1, 1)).toBe(2);
  const made = [null, {}, 'x', [], 7, 7].map((port) => handshake(OPEN, port));
  const tunnels = [7, 8, {}, null].map((number) => ['ump-ng.tunnel', number, 'hello']);
  for (const message of [...made, ...tunnels, handshake(KNOCK, {}), handshake(4, null)]) {
    foreign!.postMessage(message);
  }
  expect(await honest.add(1, 2)).toBe(3);
  honest[releaseProxy]();
  await ended;
  for (const each of [here, there, foreign]) each!.close();
});

test('ports in unexpected places do no harm to an endpoint that moves ports', async () => {
  const { port1, port2 } = new MessageChannel();
  const custom = (port: typeof port1): Endpoint => ({
    postMessage: port.postMessage.bind(port),
    addEventListener: port.addEventListener.bind(port),
    removeEventListener: port.removeEventListener.bind(port),
    start: port.start.bind(port),
  });
  expose({ add }, custom(port2));
  const honest = wrap<{ add: typeof add }>(custom(port1));
  expect(await honest.add(1, 1)).toBe(2);
  const sendPort = (message: (port: unknown) => unknown): void => {
    const port = new MessageChannel().port1;
    port1.postMessage(message(port), [port]);
  };
  port1.postMessage(handshake(OPEN, 7));
  sendPort((port) => ['ump-ng.tunnel', 7, { port }]);
  sendPort((port) => [...handshake(OPEN, undefined), port]);
  sendPort((port) => handshake(KNOCK, [port]));
  expect(await honest.add(1, 2)).toBe(3);
  honest[releaseProxy]();
  port1.close();
});
