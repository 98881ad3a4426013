import type { MessagePort } from 'ump-ng';
import { reqSync } from 'ump-ng/sync';
import { equal } from '../../assertions.js';
import { callThere, LONG, REAL, serve, value, type ServerRole } from './helpers.js';
import { ask } from '../../commands.js';
import type { AnyClient, Rig } from '../../rig.js';
import { theme } from '../../suite-dsl.js';
import { upTo } from '../../utilities.js';

const SERVERS: readonly [ServerRole, string][] = [
  ['serve', 'a server that awaits'],
  ['serveSync', 'a server that blocks'],
];

/** The calls of each permutation, while other clients keep both threads busy. */
const OFTEN = 200;

const LOAD = 2000;

/** Another thread sends requests as fast as it can. */
async function underLoad(rig: Rig, client: AnyClient): Promise<Promise<unknown>[]> {
  const thread = await rig.thread();
  const task = thread.run('race', { last: LOAD }, [client.clone().transfer()]);
  await task.nextMessage();
  return [task.result];
}

export const blockingPairs = theme('blocking and async calls, in any permutation', (check) => {
  for (const [role, name] of SERVERS) {
    check(`a client that blocks and ${name}`, REAL, async (rig) => {
      const { client } = await serve(rig, role);
      const [answered] = await underLoad(rig, client);
      for (const n of upTo(OFTEN)) equal(reqSync(client, ['echo', { n }], LONG), { n });
      equal(await answered, upTo(LOAD).map(value));
    });

    check(`a client that awaits and ${name}`, REAL, async (rig) => {
      const { client } = await serve(rig, role);
      const [answered] = await underLoad(rig, client);
      for (const n of upTo(OFTEN)) equal(await ask(client, 'echo', { n }), { n });
      const all = await Promise.all(upTo(OFTEN).map((n) => ask(client, 'echo', n)));
      equal(all, upTo(OFTEN));
      equal(await answered, upTo(LOAD).map(value));
    });

    check(`several clients in several threads that block, and ${name}`, REAL, async (rig) => {
      const { client } = await serve(rig, role);
      const messages = upTo(OFTEN).map((n) => ['echo', n]);
      const callers = await Promise.all(
        upTo(4).map(() => callThere(rig, client.clone().transfer(), { messages })),
      );
      for (const n of upTo(OFTEN)) equal(await ask(client, 'echo', n), n);
      for (const { outcomes } of callers) equal(await outcomes, upTo(OFTEN).map(value));
    });

    for (const [helperRole, helperName] of SERVERS) {
      const helps = `moves its request to ${helperName.replace('server', 'helper')}`;

      check(`${name} ${helps}: the caller blocks`, REAL, async (rig) => {
        const served = await serve(rig, role);
        const helper = await serve(rig, helperRole);
        const messages = upTo(OFTEN).map(() => ['delegate']);
        const caller = await callThere(rig, served.client.clone().transfer(), { messages });
        for (const n of upTo(OFTEN)) {
          const port = (await served.task.nextMessage()) as MessagePort;
          const taken = helper.client.req(['take', port, n], { transfer: [port] });
          equal(await taken, true);
        }
        equal(await caller.outcomes, upTo(OFTEN).map(value));
      });

      check(`${name} ${helps}: the caller awaits`, REAL, async (rig) => {
        const served = await serve(rig, role);
        const helper = await serve(rig, helperRole);
        for (const n of upTo(OFTEN)) {
          const answer = ask(served.client, 'delegate');
          const port = (await served.task.nextMessage()) as MessagePort;
          equal(reqSync(helper.client, ['take', port, n], { ...LONG, transfer: [port] }), true);
          equal(await answer, n);
        }
      });
    }
  }
});
