import type { MessagePort } from 'ump-ng';
import { reqSync, waitSync } from 'ump-ng/sync';
import { equal, throws } from '../../assertions.js';
import { callThere, code, LONG, REAL, serve, value, type ServerRole } from './helpers.js';
import { connectTo, pair } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';

const SERVERS: readonly ServerRole[] = ['serve', 'serveSync'];

export const blockingDeaths = theme('deaths are noticed while a thread blocks', (check) => {
  check('a server that closes, crashes or exits ends the call', REAL, async (rig) => {
    for (const role of SERVERS) {
      const closing = await serve(rig, role);
      equal(reqSync(closing.client, ['close', 'closed'], LONG), 'closed');
      throws(() => reqSync(closing.client, ['echo', 1], LONG), 'ServerDisappeared');
      const crashing = await serve(rig, role);
      throws(() => reqSync(crashing.client, ['crash'], LONG), 'ServerDisappeared');
      throws(() => reqSync(crashing.client, ['echo', 1], LONG), 'ServerDisappeared');
      const exiting = await serve(rig, role);
      throws(() => reqSync(exiting.client, ['exit'], LONG), 'ServerDisappeared');
    }
  });

  check(
    'a server that is terminated while it holds the request ends the call',
    REAL,
    async (rig) => {
      for (const role of SERVERS) {
        const { client, thread, task } = await serve(rig, role);
        const messages = [['delegate'], ['hold', 'a'], ['echo', 1]];
        const caller = await callThere(rig, client.clone().transfer(), { messages });
        const port = (await task.nextMessage()) as MessagePort;
        const helper = await serve(rig, 'serve');
        equal(await helper.client.req(['take', port, 'first'], { transfer: [port] }), true);
        reqSync(client, ['echo', 'so the second is held'], LONG);
        await thread.kill();
        equal(await caller.outcomes, [
          value('first'),
          code('ServerDisappeared'),
          code('ServerDisappeared'),
        ]);
      }
    },
  );

  check('a helper that dies with the request gives NoReply', REAL, async (rig) => {
    for (const role of SERVERS) {
      const served = await serve(rig, role);
      const messages = [['delegate'], ['echo', 'works']];
      const caller = await callThere(rig, served.client.clone().transfer(), { messages });
      const helper = await rig.thread();
      const port = (await served.task.nextMessage()) as MessagePort;
      const task = helper.run('holdContext', undefined, [port]);
      await task.nextMessage();
      await helper.kill();
      equal(await caller.outcomes, [code('NoReply'), value('works')]);
    }
  });

  check('a thread that fails to load ends the call', [...REAL, 'load failures'], (rig) => {
    const client = connectTo({ endpoint: rig.unloadable() });
    throws(() => reqSync(client, 'in vain', LONG), 'ServerDisappeared');
    return Promise.resolve();
  });

  check('a blocking server notices the death of its last client', REAL, async (rig) => {
    const { server, client } = pair();
    const thread = await rig.thread();
    const task = thread.run('call', undefined, [client.transfer()]);
    task.send(['post', 'here']);
    equal(waitSync(server, LONG).msg, 'here');
    const gone = thread.kill();
    throws(() => waitSync(server, LONG), 'ClientsDisappeared');
    await gone;
  });

  check('a server that blocks ends with its last client', REAL, async (rig) => {
    const { client, task } = await serve(rig, 'serveSync');
    client.post('read');
    client.close();
    equal(await task.nextMessage(), 'ended');
    equal(await task.result, ['read']);
  });
});
