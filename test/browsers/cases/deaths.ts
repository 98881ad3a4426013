/** Deaths that exist only in browsers. */
import { connect, type Client } from 'ump-ng';
import { equal, fails } from '../../contract/assertions.js';
import type { AnyClient } from '../../contract/rig.js';
import { webRigs } from '../../contract/rigs/web.js';
import { theme } from '../../contract/suite-dsl.js';
import { ELSEWHERE, frame, HERE, worker, type Guest } from './guest-page.js';

const stuckServer = (guest: Guest<unknown>): Promise<void> =>
  guest.run((lib) => {
    const held: unknown[] = [];
    Object.assign(globalThis, { held });
    void (async () => {
      for await (const message of lib.listen()) {
        held.push(message);
        if (message.type !== 'request') continue;
        if (message.msg === 'hang') for (;;);
        if (message.msg === 'close') (globalThis as unknown as { close(): void }).close();
        if (message.msg === 'echo') message.rctx.reply('echo');
      }
    })();
  });

export const browserDeaths = theme('deaths', (check) => {
  check('a worker that is terminated', async () => {
    const there = await worker();
    await stuckServer(there);
    const client: Client = connect(there.target);
    equal(await client.req('echo'), 'echo');
    const pending = fails(client.req('hold'), 'ServerDisappeared');
    there.target.terminate();
    await pending;
    await fails(client.req('later'), 'ServerDisappeared');
    const anew: Client = connect(there.target);
    await fails(anew.req('anew'), 'ServerDisappeared');
  });

  check('a worker that is terminated while it is busy', async () => {
    const there = await worker();
    await stuckServer(there);
    const client: Client = connect(there.target);
    const clone = client.clone();
    equal(await clone.req('echo'), 'echo');
    const pending = [
      fails(client.req('hang'), 'ServerDisappeared'),
      fails(clone.req('x'), 'ServerDisappeared'),
    ];
    there.target.terminate();
    await Promise.all(pending);
  });

  check(
    'a worker that is terminated just after a clone was transferred',
    ['last posts'],
    async () => {
      const there = await worker();
      await stuckServer(there);
      const client: Client = connect(there.target);
      equal(await client.req('echo'), 'echo');
      const other = await frame();
      const port = client.clone().transfer();
      there.target.terminate();
      const code = await other.run(async (lib, given) => {
        const far = lib.Client.from(given);
        Object.assign(globalThis, { far });
        return (await far.closed).code;
      }, port);
      equal(code, 'ServerDisappeared');
    },
  );

  check('a worker that closes itself', async () => {
    const there = await worker();
    await stuckServer(there);
    const client: Client = connect(there.target);
    await fails(client.req('close'), 'ServerDisappeared');
  });

  check('a port whose other end was in a worker that has died', async () => {
    const there = await worker();
    const { port1, port2 } = new MessageChannel();
    await there.run((lib, port) => {
      void (async () => {
        for await (const message of lib.listen(port)) {
          if (message.type === 'request') message.rctx.reply('echo');
        }
      })();
    }, port2);
    const client: Client = connect(port1);
    equal(await client.req('x'), 'echo');
    Worker.prototype.terminate.call(there.target);
    equal((await client.closed).code, 'ServerDisappeared');
    const anew: Client = connect(port1);
    await fails(anew.req('anew'), 'ServerDisappeared');
  });

  check('a worker that is stuck, with a heartbeat', async () => {
    const there = await worker();
    await stuckServer(there);
    const client: Client = connect(there.target, { heartbeat: 250 });
    equal(await client.req('echo'), 'echo');
    await fails(client.req('hang'), 'ServerDisappeared');
  });

  check('a frame of another origin that is removed, with a heartbeat', async () => {
    const there = await frame(ELSEWHERE());
    await there.run((lib, home) => {
      lib.listen(undefined, { allowedOrigins: [home] });
    }, HERE());
    const client: Client = connect(there.target, { origin: ELSEWHERE(), heartbeat: 250 });
    await client.connected;
    const pending = fails(client.req('hold'), 'ServerDisappeared');
    there.element.remove();
    await pending;
  });

  check('a SharedWorker notices that a page has left', async () => {
    const rig = webRigs(location.href).get('shared workers')!();
    const thread = await rig.thread();
    const task = thread.run('serve', {});
    const client: AnyClient = connect(thread.endpoint);
    const there = await frame();
    // It gets a clone, like a page of its own; the server notices when that page is gone.
    const port = client.clone().transfer();
    const answer = await there.run((lib, given) => {
      const far = lib.Client.from<unknown, unknown, unknown, unknown>(given);
      Object.assign(globalThis, { far });
      return far.req(['echo', 'from there']);
    }, port);
    equal(answer, 'from there');
    client.close();
    there.element.remove();
    equal(await task.nextMessage(), 'ended');
    await rig.dispose();
  });
});
