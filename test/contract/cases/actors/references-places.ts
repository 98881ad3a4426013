/** Where references are found: also in items of streams and in progress, not in maps and sets. */
import { Client, Server, type MessagePort } from 'ump-ng';
import { actor, remote, serve, spawn, type Callback } from 'ump-ng/actors';
import { equal, fails, throws } from '../../assertions.js';
import { pair, takeRequest } from '../../in-process-pair.js';
import { closeAtEnd } from '../../keep-until-end.js';
import { callback, doubling, references, remoteObject } from '../../remote-references.js';
import { Counter, iterable } from '../../roles/references.js';
import { theme } from '../../suite-dsl.js';
import { dispose, Gate, until } from '../../utilities.js';

type Anything = Record<string, (...args: unknown[]) => Promise<unknown>>;

const ONLY = 'a callback, a remote object or a stream: only objects and arrays can';

interface Doubling {
  times: Callback<[number], number>;
}

export const placesOfReferences = theme('actors: places of references', (check) => {
  check('a reference in a Map or a Set is refused, and named', async (rig) => {
    const { there } = await references(rig);
    const req = there.req as unknown as Anything;
    for (const reference of [doubling(), remoteObject(new Counter(1)), iterable()]) {
      for (const [arg, fault] of [
        [new Map([['a', reference]]), 'a Map holds'],
        [new Map([[reference, 'a']]), 'a Map holds'],
        [new Set([1, [reference]]), 'a Set holds'],
        [{ list: [new Map([[1, { reference }]])] }, 'list[0] is a Map and holds'],
        [new Map([[1, new Set([reference])]]), 'a Map holds'],
      ] as const) {
        const { message } = await fails(req['resize']!(1, arg), 'DataClone');
        equal(message, `argument 2 of resize(): ${fault} ${ONLY}`);
      }
    }
    for (const how of ['map', 'set'] as const) {
      const { cause } = await fails(there.req.holds(how), 'HandlerFailed');
      const kind = how === 'map' ? 'Map' : 'Set';
      equal((cause as Error).message, `the result of holds(): a ${kind} holds ${ONLY}`);
    }
  });

  check('so it is in posts and streams, and nothing is kept', async () => {
    const { client } = spawn(actor({}));
    const { post, stream } = remote<Anything>(closeAtEnd(client) as never) as unknown as {
      post: Anything;
      stream: Record<string, (...args: unknown[]) => AsyncGenerator>;
    };
    const says = `argument 2 of log(): a Map holds ${ONLY}`;
    const released = new Gate();
    const word = callback(() => 'word', { onReleased: released.open });
    const args = [word, new Map([[1, word]])];
    equal(throws(() => post['log']!(...args), 'DataClone').message, says);
    equal((await fails(stream['log']!(...args).next(), 'DataClone')).message, says);
    // It can be passed after that.
    equal(await word(), 'word');
    word.close();
    await released.opened;
  });

  check('maps and sets without references are copied', async (rig) => {
    const { there } = await references(rig);
    const echo = callback((value: unknown) => value);
    const map = new Map<unknown, unknown>([['a', new Set([1, { b: 2 }])]]);
    equal(await echo(map), map);
    equal(await there.req.outcomeOf(echo, { map, list: [map] }), { map, list: [map] });
  });

  check('a reference that lies too deep is refused', async (rig) => {
    const { there } = await references(rig);
    const nested = (levels: number, value: unknown): unknown =>
      levels === 0 ? value : { in: nested(levels - 1, value) };
    const req = there.req as unknown as Anything;
    for (const value of [doubling(), iterable(), { deeper: [iterable()] }]) {
      const { message } = await fails(req['waits']!(nested(250, value)), 'DataClone');
      equal(
        message,
        'argument 1 of waits(): it holds a callback, a remote object or a stream ' +
          'more than 200 levels deep',
      );
    }
    const echo = callback((value: unknown) => value);
    equal(await echo(nested(250, 1)), nested(250, 1));
  });

  check('items of a stream hold callbacks and objects', async (rig) => {
    const { there, task } = await references(rig);
    const results: number[] = [];
    for await (const { times } of there.stream.callbacks(3)) {
      results.push(await times(10));
      times.close();
      equal(await task.nextMessage(), 'released');
    }
    equal(results, [10, 20, 30]);
    const counts: number[] = [];
    for await (const counter of there.stream.counters(1, 5)) {
      counts.push(await counter.req.add(1));
      counter[dispose]();
    }
    equal(counts, [2, 6]);
  });

  check('items of a stream that is an argument hold callbacks', async (rig) => {
    const { there } = await references(rig);
    let released = 0;
    async function* list(): AsyncGenerator<Callback<[number], number>> {
      for (const n of [1, 2]) {
        yield Promise.resolve(callback((by: number) => n + by, { onReleased: () => released++ }));
      }
    }
    equal(await there.req.callAll(list()), [1, 3]);
    await until(() => released === 2);
  });

  check('items that are not read are let go of when the reader leaves', async (rig) => {
    const { there, task } = await references(rig);
    const items = there.stream.callbacks(3);
    const first = (await items.next()).value as Doubling;
    // The others are in the mailbox of the stream by the time that this call is answered.
    equal([await first.times(2), await there.req.each(1, doubling())], [2, [2]]);
    await items.return(undefined);
    equal([await task.nextMessage(), await task.nextMessage()], ['released', 'released']);
    first.times.close();
    equal(await task.nextMessage(), 'released');
  });

  check('progress holds callbacks', async (rig) => {
    const { there, task } = await references(rig);
    const [got, goOn] = [new Gate<Doubling>(), new Gate()];
    const onProgress = (part: unknown): void => {
      got.open(part as Doubling);
    };
    const call = there.with({ onProgress }).req.reports(
      1,
      callback(() => goOn.opened),
    );
    const { times } = await got.opened;
    equal(await times(4), 8);
    times.close();
    equal(await task.nextMessage(), 'released');
    goOn.open();
    await call;
  });

  check('progress after the call was given up is let go of', async (rig) => {
    const { there, task } = await references(rig);
    const controller = new AbortController();
    const [got, all] = [new Gate<Doubling>(), new Gate()];
    let count = 0;
    const onProgress = (part: unknown): void => {
      count++;
      got.open(part as Doubling);
      controller.abort();
    };
    const { signal } = controller;
    const call = there.with({ onProgress, signal }).req.reports(
      3,
      callback(() => all.opened),
    );
    await fails(call, 'Aborted');
    equal([await task.nextMessage(), await task.nextMessage(), count], ['released', 'released', 1]);
    (await got.opened).times.close();
    equal(await task.nextMessage(), 'released');
    all.open();
  });

  check('the death of the maker ends references in items', ['threads', 'death'], async (rig) => {
    const { there, kill } = await references(rig);
    const { value } = await there.stream.callbacks(1).next();
    const { times } = value as Doubling;
    await kill();
    equal((await times.closed).code, 'ServerDisappeared');
    await fails(times(1), 'ServerDisappeared');
  });

  check(
    'the death of the reader lets go of references in items',
    ['threads', 'death'],
    async (rig) => {
      const { there, kill } = await references(rig);
      const [called, released] = [new Gate(), new Gate()];
      /** Runs until its caller is gone. */
      function run(this: unknown): Promise<number> {
        called.open();
        const { signal } = this as { signal: AbortSignal };
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve(0);
          });
        });
      }
      async function* list(): AsyncGenerator<Callback<[number], number>> {
        yield Promise.resolve(callback(run, { onReleased: released.open }));
      }
      const call = fails(there.req.callAll(list()), 'ServerDisappeared');
      await called.opened;
      await kill();
      await Promise.all([call, released.opened]);
    },
  );

  check('an item that cannot be cloned is named, and so is progress', async () => {
    const fn = (): number => 1;
    const there = remote(
      closeAtEnd(
        spawn(
          actor({
            *items() {
              yield [fn] as unknown;
            },
            reports() {
              this.progress({ fn });
            },
          }),
        ).client,
      ),
    );
    const hint = 'cannot be cloned; callback(fn) passes one by reference';
    for (const [call, message] of [
      [there.stream.items().next(), `an item of items(): [0] is a function and ${hint}`],
      [
        there.with({ onProgress: () => undefined }).req.reports(),
        `progress of reports(): fn is a function and ${hint}`,
      ],
    ] as const) {
      const { cause } = await fails(call, 'HandlerFailed');
      equal((cause as Error).message, message);
    }
  });

  check('`capacity` bounds how many calls of a recipient wait here', async () => {
    for (const kind of ['callback', 'object'] as const) {
      const { client, server } = pair();
      const [begun, goOn] = [new Gate(), new Gate()];
      const call = async (): Promise<string> => {
        begun.open();
        await goOn.opened;
        return 'done';
      };
      const options = { concurrency: 1, capacity: 2 };
      const given = kind === 'callback' ? callback(call, options) : remoteObject({ call }, options);
      const taken = fails(remote<Anything>(client as never).req['run']!(given), 'NoReply');
      const { msg, rctx } = await takeRequest(server);
      const [[, port]] = (msg as unknown[])[4] as [[kind: string, port: MessagePort]];
      const recipient = closeAtEnd(Client.from<unknown, unknown, string>(port));
      await recipient.connected;
      const calls = [recipient.req(['call', []])];
      await begun.opened;
      calls.push(...[1, 2, 3].map(() => recipient.req(['call', []])));
      throws(() => recipient.post('no room'), 'MailboxFull');
      goOn.open();
      equal(await Promise.all(calls), ['done', 'done', 'done', 'done']);
      rctx[dispose]();
      await taken;
      server.close();
    }
  });

  check('so do the results of calls that an old host has forwarded', async () => {
    const { client, server } = pair();
    const { req } = remote<Anything>(client as never);
    const calls = [req['make']!(), req['make']!()];
    await until(() => !server.isEmpty);
    const moved = Server.from(server.transfer());
    const served = serve(moved, actor({ req: { make: () => callback(() => 'made') } }) as never);
    for (const made of (await Promise.all(calls)) as Callback<[], string>[]) {
      equal(await made(), 'made');
      made.close();
    }
    client.close();
    await served;
  });
});
