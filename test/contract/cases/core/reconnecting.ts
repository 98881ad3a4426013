/** Clients that go on with the next server that listens where the last one did. */
import { equal, fails, ok } from '../../assertions.js';
import { connectTo, isPending } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import type { AnyClient, Rig, Thread } from '../../rig.js';
import { theme } from '../../suite-dsl.js';

/** A client whose server has closed, in a thread that lives. */
async function bereft(
  rig: Rig,
  options: { timeout?: number; signal?: AbortSignal } = {},
): Promise<{ thread: Thread; client: AnyClient }> {
  const thread = await rig.thread();
  thread.run('serve', { keepAlive: true });
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
      // What is said of the closed server was heard by now.
      await fails(connectTo(thread).connected, 'ServerDisappeared');
      ok(await isPending(waits), 'it gave up');
      thread.run('serve', { keepAlive: true });
      equal(await waits, [n]);
      const { closed } = client;
      equal(await ask(client, 'close', 'bye'), 'bye');
      await closed;
    }
  });

  check('one may be there before any server is', async (rig) => {
    const { thread } = await bereft(rig);
    const client = connectTo(thread, { reconnect: true });
    const waits = ask(client, 'echo', 'first');
    await fails(connectTo(thread).req('late'), 'ServerDisappeared');
    thread.run('serve', {});
    equal(await waits, 'first');
  });

  check('one that is closed meanwhile takes no more calls', async (rig) => {
    const { thread, client } = await bereft(rig);
    const waits = ask(client, 'echo', 'sent before');
    client.close();
    await fails(client.req(1), 'Detached');
    const task = thread.run('serve', {});
    equal(await waits, 'sent before');
    equal(await task.nextMessage(), 'ended');
  });

  check('the death of the thread ends one', ['death', 'unconnected deaths'], async (rig) => {
    const { thread, client } = await bereft(rig);
    const waits = fails(client.req('waits'), 'ServerDisappeared');
    await thread.kill();
    await waits;
    equal((await client.closed).code, 'ServerDisappeared');
    await fails(client.req('later'), 'ServerDisappeared');
  });

  check('the timeout counts anew for each server', async (rig) => {
    const { client } = await bereft(rig, { timeout: 1000 });
    await fails(client.req('in vain'), 'Timeout');
    equal((await client.closed).code, 'Timeout');
  });

  check('its signal ends one', async (rig) => {
    const controller = new AbortController();
    const { client } = await bereft(rig, { signal: controller.signal });
    const waits = fails(client.req('in vain'), 'Aborted');
    controller.abort();
    await waits;
    equal((await client.closed).code, 'Aborted');
  });
});
