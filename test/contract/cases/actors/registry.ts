/** Names for actors, in one thread. */
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

/** Says who it is, and ends when it is told to. */
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

/** The name is free when somebody has noticed. */
async function isGone(name: string): Promise<void> {
  while ((await find(name)) !== undefined);
  equal((await registeredNames()).includes(name), false);
}

export const names = theme('actors: names', (check) => {
  check('an actor is found by its name, and asked directly', async () => {
    const { client } = start();
    const { name } = await register('found', client);
    equal(name, 'found');
    equal((await registeredNames()).includes('found'), true);
    const found = await find('found');
    equal(await found!.req('hello'), 'it: hello');
    equal(await client.req('still mine'), 'it: still mine');
  });

  check('it can name itself', async () => {
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

  check('a name that nobody has', async () => {
    equal(await whereis('nobody'), undefined);
  });

  check('a name keeps nobody alive', async () => {
    const { client, done } = start();
    await register('alive', client);
    client.close();
    await done;
    await isGone('alive');
  });

  check('it is gone with an actor that stops', async () => {
    const { client, done } = start();
    await register('stops', client);
    client.post('enough');
    equal(await done, 'enough');
    await isGone('stops');
    await register('stops', start('next').client);
    equal(await (await find('stops'))!.req('hello'), 'next: hello');
  });

  check('whoever was found keeps it alive', async () => {
    const { client, done } = start();
    await register('held', client);
    const found = await find('held');
    client.close();
    equal(await found!.req('hello'), 'it: hello');
    found!.close();
    await done;
  });

  check('a name is given once', async () => {
    const { client } = start('first');
    await register('once', client);
    await isTaken('once', start('second').client);
    await isTaken('once', client);
    equal(await (await find('once'))!.req('hello'), 'first: hello');
  });

  check('of many at once one gets it', async () => {
    const all = await Promise.all(
      [1, 2, 3, 4].map((n) => register('race', start(String(n)).client).catch(() => undefined)),
    );
    equal(all.filter((got) => got !== undefined).length, 1);
    const winner = all.findIndex((got) => got !== undefined) + 1;
    equal(await (await find('race'))!.req('hello'), `${String(winner)}: hello`);
  });

  check('of many who wait for a name that becomes free, too', async () => {
    const first = start('first');
    await register('heirs', first.client);
    first.client.close();
    const all = await Promise.all(
      [1, 2, 3, 4].map((n) => register('heirs', start(String(n)).client).catch(() => undefined)),
    );
    equal(all.filter((got) => got !== undefined).length, 1);
    await first.done;
  });

  check('a name can be given back, and by nobody else', async () => {
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

  check('one actor may have many names', async () => {
    const { client } = start();
    await register('many 1', client);
    await register('many 2', client);
    for (const n of [1, 2]) equal(await (await find(`many ${String(n)}`))!.req('x'), 'it: x');
  });

  check('waiting until a name is given', async () => {
    const waiting = [1, 2].map(() => whenRegistered<string, string, string>('later'));
    equal(await isPending(Promise.race(waiting)), true);
    await register('later', start().client);
    for (const found of await Promise.all(waiting)) {
      equal(await closeAtEnd(found).req('hello'), 'it: hello');
    }
    const again = await whenRegistered<string, string, string>('later');
    equal(await closeAtEnd(again).req('hello'), 'it: hello');
  });

  check('waiting can be given up', async () => {
    await fails(whenRegistered('never', { timeout: 1 }), 'Timeout');
    const controller = new AbortController();
    const waiting = fails(whenRegistered('never', { signal: controller.signal }), 'Aborted');
    controller.abort('enough');
    equal((await waiting).cause, 'enough');
    // Nobody waits for it any more.
    const { client, done } = start();
    await register('never', client);
    client.close();
    await done;
  });

  check('whatever asks for names can be given up, and is told so at once', async () => {
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
      await ask({ timeout: 1_000_000, signal: new AbortController().signal });
    }
    equal((await find('given up')) !== undefined, true);
  });

  check('a name that register() gave up is not left taken', async () => {
    const { client } = start('first');
    const controller = new AbortController();
    const registering = fails(
      register('free again', client, { signal: controller.signal }),
      'Aborted',
    );
    controller.abort();
    await registering;
    await isGone('free again');
    // The client stays its owner's.
    equal(await client.req('still there'), 'first: still there');
    await register('free again', start('second').client);
    equal(await (await find('free again'))!.req('hello'), 'second: hello');
  });

  check('whoever is about to end has no name any more', async () => {
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

  check('what is no name, and what is no actor', async () => {
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

  check('an actor that is no more', async () => {
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

  check('nobody joins once he has used names', async () => {
    await registeredNames();
    const { port1 } = new MessageChannel();
    throws(() => {
      joinRegistry(port1);
    }, 'NotSupported');
    port1.close();
  });
});
