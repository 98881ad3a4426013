import { isUmpError } from 'ump-ng';
import { reqSync, waitSync } from 'ump-ng/sync';
import { equal, ok } from '../../assertions.js';
import { LONG, REAL, serve, value, callThere } from '../blocking/helpers.js';
import { keep } from '../../keep-until-end.js';
import { pair, take, type AnyContext, type AnyServer } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import type { AnyClient, Capability } from '../../rig.js';
import { maxSendableDepth, nestedObjects } from '../../nested-objects.js';
import { theme } from '../../suite-dsl.js';

/** Either the engine could read the message, or the call failed with Protocol. */
async function readOrRefused(answer: Promise<unknown>): Promise<'read' | 'refused'> {
  try {
    await answer;
    return 'read';
  } catch (error) {
    if (isUmpError(error, 'Protocol')) return 'refused';
    throw error;
  }
}

/** The messages of a server until its last client has closed. */
async function keepServing(server: AnyServer): Promise<void> {
  for await (const message of server) {
    if (message.type === 'request') message.rctx.reply('answer');
  }
}

/** Posts before and after it, so that both events and polling meet it. */
function postAround(client: AnyClient, depth: number): void {
  for (let n = 0; n < 20; n++) client.post(n);
  client.post(nestedObjects(depth));
  client.post('last');
}

const UNREADABLE: readonly Capability[] = ['unreadable messages'];

export const tooDeep = theme('messages nested too deeply to be read', (check) => {
  check(
    'end the connection that they came by, with Protocol, and no other',
    UNREADABLE,
    async () => {
      const { server, client } = pair();
      const other: AnyClient = keep(client.clone());
      const before = client.req('pending');
      postAround(client, maxSendableDepth());
      const settled = readOrRefused(before);
      other.post('still here');
      const seen: unknown[] = [];
      let pending: AnyContext | undefined;
      while (!seen.includes('still here')) {
        const message = await server.wait();
        if (message.type === 'post') seen.push(message.msg);
        else if (message.msg === 'pending') pending = message.rctx;
      }
      equal(
        seen.slice(0, 20),
        Array.from({ length: 20 }, (_, n) => n),
      );
      pending?.reply('answer');
      equal(await settled, seen.includes('last') ? 'read' : 'refused');
      if (!seen.includes('last')) equal((await client.closed).code, 'Protocol');
      other.post('and later');
      equal(await take(server, 1), ['and later']);
    },
  );

  check('as replies settle the calls of that client with Protocol', UNREADABLE, async (rig) => {
    const { client } = await rig.serve();
    const other: AnyClient = keep(client.clone());
    const depth = maxSendableDepth();
    const answers = [ask(client, 'echo', 1), ask(client, 'nested', depth), ask(client, 'echo', 2)];
    const outcomes = await Promise.all(answers.map(readOrRefused));
    equal(outcomes[0], 'read');
    equal(outcomes[1], outcomes[2]);
    if (outcomes[1] === 'refused') equal((await client.closed).code, 'Protocol');
    equal(await ask(other, 'echo', 'works'), 'works');
  });

  check('settle though their server migrates', UNREADABLE, async (rig) => {
    const { server, client } = pair();
    const answer = client.tryReq(['nested', 1, nestedObjects(maxSendableDepth())]);
    const thread = await rig.thread();
    const task = thread.run('takeServer', {}, [server.transfer()]);
    await task.nextMessage();
    const result = await answer;
    ok(result.ok || ['Protocol', 'ServerDisappeared'].includes(result.error.code), 'another end');
  });

  check('do not disturb a blocking call', REAL, async (rig) => {
    const depth = maxSendableDepth();
    const { client } = await serve(rig, 'serve');
    const bystander = await serve(rig, 'serve');
    const elsewhere = readOrRefused(ask(bystander.client, 'nested', depth));
    const { server, client: posts } = pair();
    const thread = await rig.thread();
    const task = thread.run('call', undefined, [posts.transfer()]);
    task.send(['req', 1, nestedObjects(Math.min(depth, 1500)), {}]);
    equal(reqSync(client, ['echo', 'not disturbed'], LONG), 'not disturbed');
    equal(typeof (waitSync(server, LONG).msg as { next: unknown }).next, 'object');
    await elsewhere;
    equal(reqSync(client, ['echo', 'nor later'], LONG), 'nor later');
  });

  check('end a blocking call that waits for them', REAL, async (rig) => {
    const { client } = await serve(rig, 'serve');
    const other: AnyClient = keep(client.clone());
    let outcome: unknown = 'read';
    try {
      reqSync(client, ['nested', maxSendableDepth()], LONG);
    } catch (error) {
      outcome = isUmpError(error) ? error.code : error;
    }
    ok(['read', 'Protocol'].includes(outcome as string), String(outcome));
    equal(reqSync(other, ['echo', 'works'], LONG), 'works');
  });

  check('end their connection at a blocking server, and no other', REAL, async (rig) => {
    const { server, client } = pair();
    const caller = await callThere(rig, client.clone().transfer(), {
      messages: [nestedObjects(maxSendableDepth()), 'never read'],
    });
    const honest = await callThere(rig, client.transfer(), { messages: ['honest'] });
    for (;;) {
      const message = waitSync(server, LONG);
      if (message.type === 'request') message.rctx.reply('answer');
      if (message.msg === 'honest') break;
    }
    equal(await honest.outcomes, [value('answer')]);
    const outcomes = keepServing(server).then(() => caller.outcomes);
    for (const outcome of await outcomes) if (!outcome.ok) equal(outcome.code, 'Protocol');
  });
});
