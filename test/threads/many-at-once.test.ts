/** Many calls that end together: they are settled in several turns, and all of them are settled. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MessageChannel, type MessagePort as PortOfNode } from 'node:worker_threads';
import {
  channel,
  Client,
  type MessagePort as UmpPort,
  type ReplyContext,
  type Server,
} from 'ump-ng';
import { pool } from 'ump-ng/actors';
import { FOREVER } from '../contract/utilities.js';
import { F, hello, ROLE } from '../wire/support/raw-peer.js';

const script = fileURLToPath(new URL('./many-at-once.mjs', import.meta.url));
/** Milliseconds. Only a hang takes this long. */
const TIMEOUT_MS = 30_000;

test.each([
  ['blocks', 'ServerDisappeared\nServerDisappeared\n'],
  ['reportsPosts', '5000\n'],
  ['reportsPostsOfPool', '5000\n'],
])(
  'in a thread that does nothing else: %s',
  async (how, output) => {
    const run = promisify(execFile)(process.execPath, [script, how], { timeout: TIMEOUT_MS });
    expect((await run).stdout).toBe(output);
  },
  2 * TIMEOUT_MS,
);

describe('the event loop turns before the last of them is settled', () => {
  const MANY = 5000;
  let turn = 0;
  let timer: NodeJS.Immediate | undefined;
  const rawPorts: PortOfNode[] = [];

  afterEach(() => {
    clearImmediate(timer);
    for (const port of rawPorts.splice(0)) port.close();
  });

  /** The numbers of the turns in which the first and the last are settled. */
  async function turnsOf(all: readonly Promise<unknown>[], end: () => void): Promise<number[]> {
    const settled = all.map((each) =>
      each.then(
        () => turn,
        () => turn,
      ),
    );
    const count = (): void => {
      turn++;
      timer = setImmediate(count);
    };
    count();
    end();
    const turns = await Promise.all(settled);
    return [Math.min(...turns), Math.max(...turns)];
  }

  const many = (call: (at: number) => Promise<unknown>): Promise<unknown>[] =>
    Array.from({ length: MANY }, (_, at) => call(at));

  async function queued(server: Server): Promise<void> {
    let last: unknown;
    while (last !== MANY - 1) {
      const message = await server.wait();
      last = message.msg;
    }
  }

  test('requests whose connection is lost', async () => {
    const { port1, port2 } = new MessageChannel();
    const { server, client: other } = channel();
    server.accept(port1);
    const client: Client = Client.from(port2);
    await client.connected;
    const calls = many((at) => client.req(at));
    await queued(server);
    const [first = 0, last = 0] = await turnsOf(calls, () => {
      port1.close();
    });
    expect(last).toBeGreaterThan(first + 1);
    other.close();
  });

  test('unread messages of a server that is closed', async () => {
    const dropped: (() => void)[] = [];
    const reports = many(() => new Promise<void>((resolve) => dropped.push(resolve)));
    const onDropped = (): void => {
      dropped.pop()?.();
    };
    const { server, client } = channel({ onDropped });
    for (let at = 0; at < MANY; at++) client.post(at);
    await client.connected;
    while (server.isEmpty) await new Promise(setImmediate);
    const [first = 0, last = 0] = await turnsOf(reports, () => {
      server.close();
    });
    expect(last).toBeGreaterThan(first + 1);
  });

  /** Many clients of a server, which send nothing but HELLO; each promise fulfils with a frame. */
  function manyClients(server: Server, frame: number): Promise<unknown>[] {
    return many(() => {
      const { port1, port2 } = new MessageChannel();
      server.accept(port1);
      const received = new Promise((resolve) => {
        port2.on('message', (data: unknown[]) => {
          if (data[0] === frame) resolve(data);
        });
      });
      port2.postMessage(hello(ROLE.CLIENT));
      rawPorts.push(port2);
      return received;
    });
  }

  test('clients of a server that is closed', async () => {
    const { server, client } = channel();
    const goodbyes = manyClients(server, F.GOAWAY);
    const [first = 0, last = 0] = await turnsOf(goodbyes, () => {
      server.close();
    });
    expect(last).toBeGreaterThan(first + 1);
    client.close();
  });

  test('clients of a server that migrates', async () => {
    const { server, client } = channel();
    const redirects = manyClients(server, F.REDIRECT);
    let port: UmpPort | undefined;
    const [first = 0, last = 0] = await turnsOf(redirects, () => {
      port = server.transfer();
    });
    expect(last).toBeGreaterThan(first + 1);
    client.close();
    port?.close();
  });

  test('clients of a server whose new host is lost', async () => {
    const { server, client } = channel();
    const goodbyes = manyClients(server, F.GOAWAY);
    const [first = 0, last = 0] = await turnsOf(goodbyes, () => {
      server.transfer().close();
    });
    expect(last).toBeGreaterThan(first + 1);
    client.close();
  });

  test('requests that wait for room', async () => {
    const { server, client } = channel({ capacity: 1 });
    const calls = many((at) => client.req(at));
    await client.connected;
    const [first = 0, last = 0] = await turnsOf(calls, () => {
      server.close();
    });
    expect(last).toBeGreaterThan(first + 1);
  });

  test('calls of wait()', async () => {
    const { server } = channel();
    const [first = 0, last = 0] = await turnsOf(
      many(() => server.wait()),
      () => {
        server.close();
      },
    );
    expect(last).toBeGreaterThan(first + 1);
  });

  test('signals of requests whose caller is gone', async () => {
    const { port1, port2 } = new MessageChannel();
    const { server, client: other } = channel();
    server.accept(port1);
    const client: Client = Client.from(port2);
    const calls = many((at) => client.tryReq(at));
    // A context that is collected drops its request, whose signal then never aborts.
    const contexts: ReplyContext<unknown>[] = [];
    while (contexts.length < MANY) {
      const message = await server.wait();
      if (message.type === 'request') contexts.push(message.rctx);
    }
    const aborted = contexts.map(({ signal }) => once(signal, 'abort'));
    const [first = 0, last = 0] = await turnsOf(aborted, () => {
      port2.close();
    });
    expect(last).toBeGreaterThan(first + 1);
    expect(contexts).toHaveLength(MANY);
    await Promise.all(calls);
    other.close();
  });

  test('calls that wait in a pool', async () => {
    const workers = pool<never, number, number, never>(() => FOREVER);
    const calls = many((at) => workers.req(at));
    const [first = 0, last = 0] = await turnsOf(calls, () => {
      workers.kill();
    });
    expect(last).toBeGreaterThan(first + 1);
    await workers.done;
  });

  test('posts do not overtake those that were held until the capacity is known', async () => {
    for (const capacity of [undefined, 2 * MANY]) {
      const { port1, port2 } = new MessageChannel();
      const client: Client = Client.from(port2);
      for (let at = 0; at < MANY; at++) client.post(at);
      const { server, client: other } = channel({ capacity });
      server.accept(port1);
      await client.connected;
      client.post(MANY);
      for (let at = 0; at <= MANY; at++) expect((await server.wait()).msg).toBe(at);
      other.close();
      client.close();
    }
  });

  test('posts that were held until the capacity is known', async () => {
    const { port1, port2 } = new MessageChannel();
    const client: Client = Client.from(port2);
    for (let at = 0; at < MANY; at++) client.post(at);
    const { server, client: other } = channel();
    const received = many(() => server.wait());
    const [first = 0, last = 0] = await turnsOf(received, () => {
      server.accept(port1);
    });
    expect(last).toBeGreaterThan(first + 1);
    other.close();
    client.close();
  });
});
