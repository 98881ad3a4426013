/** A page that is no secure context has no Web Locks, so deaths must be noticed by other means. */
import { channel, connect, type Client } from 'ump-ng';
import { equal, fails, ok } from '../../contract/assertions.js';
import { keep } from '../../contract/keep-until-end.js';
import { theme } from '../../contract/suite-dsl.js';
import type { Order } from '../pages/server.js';
import { frame, HERE, worker, type Guest } from './guest-page.js';

const serve = (guest: Guest<unknown>): Promise<void> =>
  guest.run((lib, home) => {
    const options = typeof document === 'undefined' ? {} : { allowedOrigins: [home] };
    const held: unknown[] = [];
    Object.assign(globalThis, { held });
    void (async () => {
      for await (const message of lib.listen(undefined, options)) {
        held.push(message);
        if (message.type !== 'request') continue;
        if (message.msg === 'close') (globalThis as unknown as { close(): void }).close();
        if (message.msg === 'echo') message.rctx.reply('echo');
      }
    })();
  }, HERE());

async function serving(heartbeat?: number): Promise<[Client, Guest<Worker>]> {
  const there = await worker();
  await serve(there);
  const client: Client = keep(connect(there.target, heartbeat === undefined ? {} : { heartbeat }));
  equal(await client.req('echo'), 'echo');
  return [client, there];
}

export const insecure = theme('insecure contexts', (check) => {
  check('there are no locks', () => {
    ok(!isSecureContext, 'it is secure');
    ok(!('locks' in navigator), 'there are locks');
    return Promise.resolve();
  });

  check('a worker that its creator terminates', async () => {
    const [client, there] = await serving();
    const clone = client.clone();
    equal(await clone.req('echo'), 'echo');
    const pending = [client, clone].map((each) => fails(each.req('hold'), 'ServerDisappeared'));
    there.target.terminate();
    await Promise.all(pending);
    await fails(client.req('later'), 'ServerDisappeared');
  });

  check('a worker that closes itself, with a heartbeat', async () => {
    const [client] = await serving(250);
    await fails(client.req('close'), 'ServerDisappeared');
  });

  check('a worker that does not load', async () => {
    const client: Client = connect(new Worker('/nowhere.js', { type: 'module' }));
    await fails(client.req('hello?'), 'ServerDisappeared');
  });

  check('a client that is sent to a worker that has not loaded', async () => {
    const nowhere = new Worker('/nowhere.js', { type: 'module' });
    const { code } = await connect(nowhere).closed;
    equal(code, 'ServerDisappeared');
    const { server, client } = channel();
    const port = client.transfer();
    nowhere.postMessage(port, [port]);
    await fails(server.wait(), 'ClientsDisappeared');
  });

  check('a frame that is removed says goodbye', async () => {
    const there = await frame();
    await serve(there);
    const client: Client = keep(connect(there.target, { origin: HERE() }));
    equal(await client.req('echo'), 'echo');
    const pending = fails(client.req('hold'), 'ServerDisappeared');
    there.element.remove();
    await pending;
  });

  check('a page that leaves says goodbye to its SharedWorker', async () => {
    const name = String(Math.random());
    const shared = new SharedWorker('/server.js', { type: 'module', name });
    const client = keep(connect<never, Order, unknown, unknown>(shared));
    const there = await frame();
    await there.run((lib, given) => {
      const far = lib.Client.from<never, string[]>(given);
      void far.req(['hold', 'theirs']).catch(() => undefined);
      Object.assign(globalThis, { far });
      return far.req(['echo', '']);
    }, client.clone().transfer());
    const signal = client.req(['signal', 'theirs']);
    there.element.remove();
    equal(await signal, 'OriginDisappeared');
  });
});
