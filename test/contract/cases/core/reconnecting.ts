/** Clients that connect again to the next server that listens at the same endpoint. */
import { equal, fails, ok } from '../../assertions.js';
import { connectTo, isPending } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import type { AnyClient, Rig, Thread } from '../../rig.js';
import { theme } from '../../suite-dsl.js';

/** A client whose server has closed, in a thread that is still alive. */
async function bereft(
  rig: Rig,
  options: { timeout?: number; signal?: AbortSignal } = {},
): Promise<{ thread: Thread; client: AnyClient }> {
  const thread = await rig.thread();
  thread.run('serve', { keepAlive: true });
  // A thread may take longer to start than the timeout of the client.
  await connectTo(thread).connected;
  const client = connectTo(thread, { ...options, reconnect: true });
  const { closed } = client;
  equal(await ask(client, 'close', 'bye'), 'bye');
  equal((await closed).code, 'ServerDisappeared');
  return { thread, client };
}

export const reconnecting = theme('clients that reconnect', (check) => {
  check('when a server closes, calls wait for the next one', async (rig) => {
    const { thread, client } = await bereft(rig);
    for (const n of [1, 2, 3]) {
      client.post(n);
      const waits = ask(client, 'posts');
      // By now the client has received all messages of the closed server.
      await fails(connectTo(thread).connected, 'ServerDisappeared');
      ok(await isPending(waits), 'the call has settled');
      thread.run('serve', { keepAlive: true });
      equal(await waits, [n]);
      const { closed } = client;
      equal(await ask(client, 'close', 'bye'), 'bye');
      await closed;
    }
  });

  check('a reconnecting client can exist before any server', async (rig) => {
    const { thread } = await bereft(rig);
    const client = connectTo(thread, { reconnect: true });
    const waits = ask(client, 'echo', 'first');
    await fails(connectTo(thread).req('late'), 'ServerDisappeared');
    thread.run('serve', {});
    equal(await waits, 'first');
  });

  check('a reconnecting client that is closed meanwhile takes no more calls', async (rig) => {
    const { thread, client } = await bereft(rig);
    const waits = ask(client, 'echo', 'sent before');
    client.close();
    await fails(client.req(1), 'Detached');
    const task = thread.run('serve', {});
    equal(await waits, 'sent before');
    equal(await task.nextMessage(), 'ended');
  });

  check(
    'the death of the thread closes a reconnecting client',
    ['death', 'unconnected deaths'],
    async (rig) => {
      const { thread, client } = await bereft(rig);
      const waits = fails(client.req('waits'), 'ServerDisappeared');
      await thread.kill();
      await waits;
      equal((await client.closed).code, 'ServerDisappeared');
      await fails(client.req('later'), 'ServerDisappeared');
    },
  );

  check('the timeout restarts for each server', async (rig) => {
    const { client } = await bereft(rig, { timeout: 500 });
    await fails(client.req('never served'), 'Timeout');
    equal((await client.closed).code, 'Timeout');
  });

  check('its signal closes a reconnecting client', async (rig) => {
    const controller = new AbortController();
    const { client } = await bereft(rig, { signal: controller.signal });
    const waits = fails(client.req('never served'), 'Aborted');
    controller.abort();
    await waits;
    equal((await client.closed).code, 'Aborted');
  });
});
