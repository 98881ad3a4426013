import { connect, listen, type ConnectOptions } from 'ump-ng';
import { equal, fails, ok, throws } from '../../assertions.js';
import { connectTo, isPending } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import type { AnyClient, Thread } from '../../rig.js';
import { theme } from '../../suite-dsl.js';

const WAYS_TO_GIVE_UP: readonly [
  how: string,
  (thread: Thread, options?: ConnectOptions) => AnyClient,
][] = [
  ['timed out', (thread, options) => connectTo(thread, { ...options, timeout: 0 })],
  [
    'was closed',
    (thread, options) => {
      const client = connectTo(thread, options);
      client.close();
      return client;
    },
  ],
  [
    'was aborted',
    (thread, options) => {
      const controller = new AbortController();
      const client = connectTo(thread, { ...options, signal: controller.signal });
      controller.abort();
      return client;
    },
  ],
];

export const connectingFails = theme('connections that fail', (check) => {
  check('a client times out if no server listens in time', async (rig) => {
    const thread = await rig.thread();
    const client = connectTo(thread, { timeout: 20 });
    client.post('never sent');
    const rejected = fails(client.connected, 'Timeout');
    const late = await fails(client.req('never served'), 'Timeout');
    equal(late.message, 'the server did not accept the client within 20 ms');
    await rejected;
    equal((await client.closed).code, 'Timeout');
    throws(() => client.post(1), 'Timeout');
    thread.run('serve', {});
    equal(await ask(connectTo(thread), 'posts'), []);
  });

  check(
    'requests of a client that was closed meanwhile are still timed out or aborted',
    async (rig) => {
      const thread = await rig.thread();
      const late = connectTo(thread, { timeout: 20 });
      const controller = new AbortController();
      const aborted = connectTo(thread, { signal: controller.signal });
      const pending = [fails(late.req('late'), 'Timeout'), fails(aborted.req('x'), 'Aborted')];
      late.close();
      aborted.close();
      controller.abort();
      await Promise.all(pending);
    },
  );

  for (const [how, giveUp] of WAYS_TO_GIVE_UP) {
    check(`a server ends though its only client ${how} before the server listened`, async (rig) => {
      const thread = await rig.thread();
      const client = giveUp(thread);
      await client.closed;
      const task = thread.run('serve', {});
      equal(await task.nextMessage(), 'ended');
    });
  }

  // Not with a timeout: the client can be accepted in time.
  for (const [how, giveUp] of WAYS_TO_GIVE_UP.slice(1)) {
    check(`a server ends though its only client ${how} before it was accepted`, async (rig) => {
      const thread = await rig.thread();
      const task = thread.run('serve', {});
      giveUp(thread, { name: 'never' });
      await giveUp(thread).closed;
      equal(await task.nextMessage(), 'ended');
    });
  }

  check(
    'a client that closes before it is accepted does not end the server of another',
    async (rig) => {
      const thread = await rig.thread();
      const before = connectTo(thread);
      connectTo(thread).close();
      before.close();
      connectTo(thread, { name: 'other' }).close();
      const other = connectTo(thread);
      const task = thread.run('serve', {});
      equal(await ask(other, 'echo', 1), 1);
      connectTo(thread).close();
      equal(await ask(other, 'echo', 2), 2);
      other.close();
      equal(await task.nextMessage(), 'ended');
    },
  );

  check('the timeout limits connecting only', async (rig) => {
    const thread = await rig.thread();
    thread.run('serve', {});
    const client = connectTo(thread, { timeout: 10_000 });
    await client.connected;
    ok(await isPending(client.closed), 'it timed out');
    throws(() => connectTo(thread, { timeout: -1 }), 'InvalidArgument');
  });

  check('connecting can be aborted, but not an open connection', async (rig) => {
    const thread = await rig.thread();
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = connectTo(thread, { signal });
    const rejected = fails(waiting.req('never served'), 'Aborted');
    thread.run('serve', { name: 'other' });
    const done = connectTo(thread, { signal, name: 'other' });
    await done.connected;
    controller.abort('no more');
    equal((await rejected).cause, 'no more');
    await fails(waiting.connected, 'Aborted');
    equal(await ask(done, 'echo', 'works'), 'works');
    const never = connectTo(thread, { signal });
    equal((await never.closed).code, 'Aborted');
    await fails(never.req(1), 'Aborted');
  });

  check('connect() and listen() reject values that are no endpoint', async () => {
    for (const other of [null, 5, 'worker', {}]) {
      throws(() => connect(other as never), 'InvalidArgument');
      throws(() => listen(other as never), 'InvalidArgument');
    }
    throws(() => connect(undefined as never), 'InvalidArgument');
  });

  check('calls to a thread that fails to load reject', ['load failures'], async (rig) => {
    const client = connectTo({ endpoint: rig.unloadable() });
    client.post('never served');
    const rejected = fails(client.connected, 'ServerDisappeared');
    const error = await fails(client.req('never served'), 'ServerDisappeared');
    ok(error.cause !== undefined, 'the error has no cause');
    await rejected;
    equal((await client.closed).code, 'ServerDisappeared');
  });

  check(
    'calls to a thread that exits before it listens reject',
    ['threads', 'early exits'],
    async (rig) => {
      const thread = await rig.thread();
      const client = connectTo(thread);
      const rejected = fails(client.req('never served'), 'ServerDisappeared');
      thread.run('exit', undefined);
      await rejected;
      const late = connectTo(thread);
      await fails(late.req('later'), 'ServerDisappeared');
    },
  );
});
