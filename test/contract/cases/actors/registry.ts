/** Names of actors, in one thread. */
import { channel, type Client } from 'ump-ng';
import {
  joinRegistry,
  register,
  registeredNames,
  spawn,
  stop,
  whenRegistered,
  whereis,
  type Registration,
  type Spawned,
  type WhenRegisteredOptions,
} from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../assertions.js';
import { closeAtEnd, keep } from '../../keep-until-end.js';
import { isPending } from '../../in-process-pair.js';
import { theme } from '../../suite-dsl.js';
import { dispose, Gate } from '../../utilities.js';

type Named = Client<string, string, string>;

/** Replies its name, and ends on request. */
function start(says = 'it'): Spawned<string, string, string, never, string> {
  const spawned = spawn<string, string, string, never, string>({
    post: (msg) => stop(msg),
    req: (msg, rctx) => {
      rctx.reply(`${says}: ${msg}`);
    },
  });
  closeAtEnd(spawned.client);
  return spawned;
}

async function find(name: string): Promise<Named | undefined> {
  const found = await whereis<string, string, string>(name);
  return found && closeAtEnd(found);
}

async function isTaken(name: string, by: Named): Promise<void> {
  const error = await fails(register(name, by), 'App');
  equal(error.appError, { reason: 'name taken', name });
  ok(error.message.includes(name), error.message);
}

/** Waits until the name is free. */
async function isGone(name: string): Promise<void> {
  while ((await find(name)) !== undefined);
  equal((await registeredNames()).includes(name), false);
}

export const names = theme('actors: registry', (check) => {
  check('an actor is found by its name, and called directly', async () => {
    const { client } = start();
    const { name } = await register('found', client);
    equal(name, 'found');
    equal((await registeredNames()).includes('found'), true);
    const found = await find('found');
    equal(await found!.req('hello'), 'it: hello');
    equal(await client.req('still mine'), 'it: still mine');
  });

  check('an actor can register itself', async () => {
    const { client } = spawn<string, string, string>((self) => ({
      init: () => register('self-made', self),
      req: (msg, rctx) => {
        rctx.reply(`self: ${msg}`);
      },
    }));
    closeAtEnd(client);
    const found = await whenRegistered<string, string, string>('self-made');
    equal(await closeAtEnd(found).req('hello'), 'self: hello');
  });

  check('a lookup of an unknown name returns undefined', async () => {
    equal(await whereis('unknown'), undefined);
  });

  check('a name does not keep its actor alive', async () => {
    const { client, done } = start();
    await register('alive', client);
    client.close();
    await done;
    await isGone('alive');
  });

  check('a name is free after its actor has stopped', async () => {
    const { client, done } = start();
    await register('stops', client);
    client.post('enough');
    equal(await done, 'enough');
    await isGone('stops');
    await register('stops', start('next').client);
    equal(await (await find('stops'))!.req('hello'), 'next: hello');
  });

  check('a client that was looked up keeps the actor alive', async () => {
    const { client, done } = start();
    await register('held', client);
    const found = await find('held');
    client.close();
    equal(await found!.req('hello'), 'it: hello');
    found!.close();
    await done;
  });

  check('a name has one owner', async () => {
    const { client } = start('first');
    await register('once', client);
    await isTaken('once', start('second').client);
    await isTaken('once', client);
    equal(await (await find('once'))!.req('hello'), 'first: hello');
  });

  check('one of many concurrent register() calls succeeds', async () => {
    const all = await Promise.all(
      [1, 2, 3, 4].map((n) => register('race', start(String(n)).client).catch(() => undefined)),
    );
    equal(all.filter((got) => got !== undefined).length, 1);
    const winner = all.findIndex((got) => got !== undefined) + 1;
    equal(await (await find('race'))!.req('hello'), `${String(winner)}: hello`);
  });

  check('one of many register() calls gets a name that becomes free', async () => {
    const first = start('first');
    await register('heirs', first.client);
    first.client.close();
    const all = await Promise.all(
      [1, 2, 3, 4].map((n) => register('heirs', start(String(n)).client).catch(() => undefined)),
    );
    equal(all.filter((got) => got !== undefined).length, 1);
    await first.done;
  });

  check('only its owner can release a name', async () => {
    const first = start('first');
    const old = await register('back', first.client);
    old.close();
    equal(await find('back'), undefined);
    equal(await first.client.req('still there'), 'first: still there');
    const current: Registration = await register('back', start('second').client);
    old.close();
    equal(await (await find('back'))!.req('hello'), 'second: hello');
    current[dispose]();
    equal(await find('back'), undefined);
  });

  check('an actor can have many names', async () => {
    const { client } = start();
    await register('many 1', client);
    await register('many 2', client);
    for (const n of [1, 2]) equal(await (await find(`many ${String(n)}`))!.req('x'), 'it: x');
  });

  check('whenRegistered() waits until a name is registered', async () => {
    const waiting = [1, 2].map(() => whenRegistered<string, string, string>('later'));
    equal(await isPending(Promise.race(waiting)), true);
    await register('later', start().client);
    for (const found of await Promise.all(waiting)) {
      equal(await closeAtEnd(found).req('hello'), 'it: hello');
    }
    const again = await whenRegistered<string, string, string>('later');
    equal(await closeAtEnd(again).req('hello'), 'it: hello');
  });

  check('whenRegistered() can be cancelled', async () => {
    await fails(whenRegistered('never', { timeout: 1 }), 'Timeout');
    const controller = new AbortController();
    const waiting = fails(whenRegistered('never', { signal: controller.signal }), 'Aborted');
    controller.abort('enough');
    equal((await waiting).cause, 'enough');
    // No call waits for the name any more.
    const { client, done } = start();
    await register('never', client);
    client.close();
    await done;
  });

  check('every registry call checks its options, and can be cancelled', async () => {
    const { client } = start();
    const asks: ((options: WhenRegisteredOptions) => Promise<unknown>)[] = [
      (options) => register('given up', client, options),
      async (options) => closeAtEnd((await whereis('given up', options))!),
      (options) => registeredNames(options),
    ];
    for (const ask of asks) {
      const signal = AbortSignal.abort('enough');
      equal((await fails(ask({ signal }), 'Aborted')).cause, 'enough');
      await fails(ask({ timeout: -1 }), 'InvalidArgument');
      await fails(ask({ signal: {} as never }), 'InvalidArgument');
      await ask({ timeout: 1_000_000, signal: new AbortController().signal });
    }
    equal((await find('given up')) !== undefined, true);
  });

  check('a cancelled register() does not take the name', async () => {
    const { client } = start('first');
    const controller = new AbortController();
    const registering = fails(
      register('free again', client, { signal: controller.signal }),
      'Aborted',
    );
    controller.abort();
    await registering;
    await isGone('free again');
    // The client stays open.
    equal(await client.req('still there'), 'first: still there');
    await register('free again', start('second').client);
    equal(await (await find('free again'))!.req('hello'), 'second: hello');
  });

  check('an actor that is ending has no name any more', async () => {
    const ending = new Gate();
    const end = new Gate();
    const { client, done } = spawn({
      term: async () => {
        ending.open();
        await end.opened;
      },
    });
    await register('heir', client);
    client.close();
    await ending.opened;
    const waiting = whenRegistered<string, string, string>('heir');
    equal(await isPending(waiting), true);
    await register('heir', start('second').client);
    equal(await closeAtEnd(await waiting).req('hello'), 'second: hello');
    end.open();
    await done;
  });

  check('invalid names and values that are no actor are refused', async () => {
    const { client } = start();
    for (const name of ['', undefined, 5] as never[]) {
      await fails(register(name, client), 'InvalidArgument');
      await fails(whereis(name), 'InvalidArgument');
      await fails(whenRegistered(name), 'InvalidArgument');
    }
    for (const none of [undefined, {}, null, 'client'] as never[]) {
      await fails(register('none', none), 'InvalidArgument');
    }
    equal(await whereis('none'), undefined);
  });

  check('the client of an actor that has ended is refused', async () => {
    const { client, server } = keep(channel());
    const clone = keep(client.clone());
    clone.close();
    await fails(register('dead', clone), 'Detached');
    const weak = keep(client.weak());
    server.close();
    await client.closed;
    await fails(register('dead', client), 'ServerDisappeared');
    await fails(register('dead', weak), 'ServerDisappeared');
    equal(await whereis('dead'), undefined);
  });

  check('joinRegistry() throws after the registry was used', async () => {
    await registeredNames();
    const { port1 } = new MessageChannel();
    throws(() => {
      joinRegistry(port1);
    }, 'InvalidArgument');
    port1.close();
  });
});
