/** How references end: let go of by either side, or with its thread. */
import { remote, type Callback } from 'ump-ng/actors';
import { equal, fails, ok } from '../../assertions.js';
import { isPending, pair, takeRequest } from '../../in-process-pair.js';
import { callback, doubling, references, remoteObject } from '../../remote-references.js';
import { Counter } from '../../roles/references.js';
import { theme } from '../../suite-dsl.js';
import { dispose, FOREVER, Gate } from '../../utilities.js';

/** A callback, and what tells that it has no recipient any more. */
function counted() {
  const released = new Gate();
  const word = callback((text: string) => `${text}!`, { onReleased: released.open });
  return { word, released: released.opened };
}

/** A stream without items: they are asked for, until it is left. */
function silent() {
  const [asked, left] = [new Gate(), new Gate()];
  const numbers = {
    next: () => {
      asked.open();
      return FOREVER;
    },
    return: () => {
      left.open();
      return Promise.resolve({ done: true as const, value: '' });
    },
    [Symbol.asyncIterator]: () => numbers,
  } as unknown as AsyncGenerator<number, string>;
  return { numbers, asked, left };
}

export const endsOfReferences = theme('actors: the end of references', (check) => {
  check('a callback that its maker closes rejects its recipient', async (rig) => {
    const { there, task } = await references(rig);
    const { word, released } = counted();
    await there.req.hold(word);
    equal(await there.req.held('a'), 'a!');
    word[dispose]();
    equal([await task.nextMessage(), (await word.closed).code], ['ServerDisappeared', 'Detached']);
    await released;
    const { cause } = await fails(there.req.held('b'), 'HandlerFailed');
    equal((cause as { code?: unknown }).code, 'ServerDisappeared');
    await fails(word('c'), 'Detached');
    await fails(there.req.hold(word), 'Detached');
  });

  check(
    'a callback that its recipient closes has no recipient, and can be passed again',
    async (rig) => {
      const { there, task } = await references(rig);
      const { word, released } = counted();
      await there.req.hold(word);
      await there.req.letGo();
      await released;
      equal(await task.nextMessage(), 'Detached');
      await fails(there.req.held('a'), 'HandlerFailed');
      await there.req.hold(word);
      equal(await there.req.held('b'), 'b!');
    },
  );

  check('calls that run when a callback is closed are still answered', async (rig) => {
    const { there } = await references(rig);
    const [begun, goOn] = [new Gate(), new Gate()];
    const slow = callback(async (word: string) => {
      begun.open();
      await goOn.opened;
      return word;
    });
    await there.req.hold(slow);
    const held = there.req.held('answered');
    await begun.opened;
    slow.close();
    goOn.open();
    equal(await held, 'answered');
  });

  check('the death of a recipient lets go of its callbacks', ['threads', 'death'], async (rig) => {
    const { there, kill } = await references(rig);
    const { word, released } = counted();
    await there.req.hold(word);
    await kill();
    await released;
  });

  check('the death of a recipient lets go of its objects', ['threads', 'death'], async (rig) => {
    const { there, kill } = await references(rig);
    const released = new Gate();
    const counter = remoteObject(new Counter(1), { onReleased: released.open });
    const pending = fails(there.req.waits(counter), 'ServerDisappeared');
    equal(await there.req.each(1, doubling()), [2]);
    await kill();
    await Promise.all([pending, released.opened]);
  });

  check(
    'the death of a recipient ends streams that it does not read',
    ['threads', 'death'],
    async (rig) => {
      const { there, kill } = await references(rig);
      const { numbers, left } = silent();
      await there.req.holdStream(numbers);
      await kill();
      await left.opened;
    },
  );

  check('the death of a reader ends a stream that waits', ['threads', 'death'], async (rig) => {
    const { there, kill } = await references(rig);
    const { numbers, asked, left } = silent();
    const call = fails(there.req.sum(numbers), 'ServerDisappeared');
    await asked.opened;
    await kill();
    await Promise.all([call, left.opened]);
  });

  check('a reader that leaves ends a stream that waits', async (rig) => {
    const { there } = await references(rig);
    const { numbers, left } = silent();
    equal(await there.req.leaves(numbers), 'Aborted');
    await left.opened;
  });

  check('the death of the thread of an object settles calls', ['threads', 'death'], async (rig) => {
    const { there, kill } = await references(rig);
    const counter = await there.req.counter(1);
    const { rows, double } = await there.req.report(1e9);
    const items = rows[Symbol.asyncIterator]();
    equal(await items.next(), { value: 1, done: false });
    equal(await counter.req.add(1), 2);
    const pending = fails(there.req.waits(), 'ServerDisappeared');
    await kill();
    await pending;
    // Deno reports the end while the thread may still answer over other ports.
    const ends = await Promise.all([counter.closed, double.closed]);
    equal(
      ends.map(({ code }) => code),
      ['ServerDisappeared', 'ServerDisappeared'],
    );
    await fails(counter.req.add(1), 'ServerDisappeared');
    await fails(double(1), 'ServerDisappeared');
    const toTheEnd = async (): Promise<void> => {
      while ((await items.next()).done !== true);
    };
    await fails(toTheEnd(), 'ServerDisappeared');
  });

  check('an object that is let go of is free in its thread', async (rig) => {
    const { there, task } = await references(rig);
    const counter = await there.req.counter(1);
    equal(await counter.req.add(1), 2);
    counter.close();
    equal(await task.nextMessage(), 'released');
    await fails(counter.req.add(1), 'Detached');
  });

  check('a stream that is not read is left by return()', async (rig) => {
    const { there } = await references(rig);
    const { numbers, left } = silent();
    equal(await there.req.first(0, numbers), []);
    await left.opened;
  });

  check('a call that is not sent keeps nothing', async (rig) => {
    const { there } = await references(rig);
    const { word, released } = counted();
    const outcomeOf = there.req.outcomeOf as unknown as (...args: unknown[]) => Promise<unknown>;
    await fails(
      outcomeOf(word, () => 1),
      'DataClone',
    );
    await released;
    const { client, server } = pair();
    client.close();
    const again = counted();
    await fails(
      remote<{ run(each: Callback<[string], string>): void }>(client as never).req.run(again.word),
      'Detached',
    );
    await again.released;
    server.close();
  });

  check('an actor that has no such method lets go of the callbacks', async (rig) => {
    const { there } = await references(rig);
    const { word, released } = counted();
    const other = there.req as unknown as { none(each: unknown): Promise<void> };
    await fails(other.none(word), 'MethodNotFound');
    await released;
  });

  check('a server that closes lets go of the callbacks in its mailbox', async () => {
    const { client, server } = pair();
    const { word, released } = counted();
    const call = fails(
      remote<{ run(each: unknown): void }>(client as never).req.run(word),
      'ServerDisappeared',
    );
    ok(await isPending(call), 'it has settled');
    server.close();
    await Promise.all([call, released]);
  });

  check('references that a peer made up do no harm', async () => {
    const { client, server } = pair();
    const calling = remote<{ get(): unknown }>(client as never);
    /** What a call becomes whose reply says that the port belongs at the paths. */
    const replyWith = async (kind: string, ...paths: unknown[]): Promise<unknown> => {
      const { port1, port2 } = new MessageChannel();
      const call = calling.req.get();
      const { rctx } = await takeRequest(server);
      const reply = ['ump-ng by reference', { a: 1 }, [[kind, port2, ...paths]]];
      rctx.reply(reply, { transfer: [port2] });
      port1.close();
      return call;
    };
    for (const path of [['a', 'b'], ['__proto__', 'polluted'], [{}], Array(1000).fill('a')]) {
      await fails(replyWith('callback', path), 'Protocol');
    }
    for (const reply of [replyWith('other', []), replyWith('callback', 'a')]) {
      ok(Array.isArray(await reply), 'it was taken for a reference');
    }
    ok(!('polluted' in {}), 'the prototype was changed');
    server.close();
  });

  check('a reference that is listed many times, with a path that is, is refused', async () => {
    const { client, server } = pair();
    const call = remote<{ get(): unknown }>(client as never).req.get();
    const { rctx } = await takeRequest(server);
    const { port1, port2 } = new MessageChannel();
    const path = Array<string>(20_000).fill('a');
    const reference = ['callback', port2, ...Array<unknown>(20_000).fill(path)];
    const list = Array<unknown>(20_000).fill(reference);
    rctx.reply(['ump-ng by reference', 1, list], { transfer: [port2] });
    ok(Array.isArray(await call), 'it was taken for references');
    port1.close();
    server.close();
  });

  check('a list of references that claims billions is none', ['sparse arrays'], async () => {
    const { client, server } = pair();
    const call = remote<{ get(): unknown }>(client as never).req.get();
    const { rctx } = await takeRequest(server);
    const list = Object.assign([], { length: 2 ** 32 - 1 });
    rctx.reply(['ump-ng by reference', 1, list]);
    ok(Array.isArray(await call), 'it was taken for references');
    server.close();
  });
});
