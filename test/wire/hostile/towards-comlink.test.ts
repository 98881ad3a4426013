/** Messages of a client that follow no rule of ump-ng/comlink: the exposed object serves others. */
import { expect, test } from '@jest/globals';
import { connect, type Client } from 'ump-ng';
import { createEndpoint, expose, releaseProxy, wrap } from 'ump-ng/comlink';
import { MessageChannel } from 'node:worker_threads';

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
