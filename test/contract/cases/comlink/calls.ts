import { isUmpError } from 'ump-ng';
import { expose, releaseProxy, transfer } from 'ump-ng/comlink';
import { equal, fails, ok, throws } from '../../assertions.js';
import { remoteOf, remoteService, thrownBy, useDates, YEAR } from '../../comlink-remotes.js';
import { theme } from '../../suite-dsl.js';
import { Gate, upTo } from '../../utilities.js';

export const comlinkCalls = theme('comlink: calls', (check) => {
  check('comlink: methods, also asynchronous ones and those of nested objects', async (rig) => {
    const { remote } = await remoteService(rig);
    equal(await remote.add(20, 1), 21);
    equal(await remote.greet('world'), 'hello, world');
    equal(await remote.list(), [[1], 2]);
    equal(await remote.typeOf(undefined), 'undefined');
    const { er } = remote.deep as never as { er: { isOwn(): Promise<boolean> } };
    equal(await er.isOwn(), true);
    const { greet } = remote;
    equal(await greet('all'), 'hello, all');
    equal(
      await Promise.all(upTo(100).map((n) => remote.add(n, n))),
      upTo(100).map((n) => 2 * n),
    );
  });

  check('comlink: properties are read and set, at any depth', async (rig) => {
    const { remote } = await remoteService(rig);
    equal(await remote.value, 4);
    equal(await remote.nothing, undefined);
    equal(await remote.later, 'later');
    const deep = remote.deep as never as { er: { value: unknown } };
    equal(await deep.er.value, 5);
    deep.er.value = 6;
    equal(await deep.er.value, 6);
    (remote as { value: unknown }).value = 'set';
    equal(await remote.value, 'set');
  });

  check('comlink: a function by itself, and a class with all that it has', async (rig) => {
    equal(await (remoteOf((n: number) => n + 1) as (n: number) => Promise<number>)(1), 2);
    const { remote } = await remoteService(rig);
    const one = await new remote.Counter(1);
    const two = await new remote.Counter(20);
    equal(await Promise.all([one.add(1), two.add(1)]), [2, 21]);
    equal(await one.count, 2);
    equal(await one.double, 4);
    (one as { double: unknown }).double = 10;
    equal(await one.count, 5);
    const add = one.add.bind(one) as (by: number) => Promise<number>;
    equal(await add(2), 7);
    equal(await remote.Counter.made, 2);
    const three = await remote.Counter.create(3);
    equal(await three.add(4), 7);
  });

  check('comlink: what is thrown arrives with its class, code and cause', async (rig) => {
    const { remote } = await remoteService(rig);
    const error = (await thrownBy(remote.throwsError())) as RangeError & { code: string };
    ok(error instanceof RangeError && error.name === 'RangeError', 'its class is lost');
    equal([error.message, error.code], ['too far', 'E_FAR']);
    ok(error.cause instanceof TypeError, 'its cause is lost');
    for (const value of ['oops', '', 0, null, undefined, false, [1], { test: true }]) {
      equal(await thrownBy(remote.throws(value)), value);
      equal(await thrownBy(remote.rejects(value)), value);
    }
    const code = await remote.nameOf(Object.assign(new RangeError(), { code: 'E' }));
    equal(code, 'RangeError E');
  });

  check('comlink: what is no function cannot be called', async (rig) => {
    const { remote } = await remoteService(rig);
    const call = remote as never as { value(): Promise<void>; none: { at(): Promise<void> } };
    const error = (await thrownBy(call.value())) as Error;
    equal([error.name, error.message], ['TypeError', 'value is not a function']);
    ok((await thrownBy(call.none.at())) instanceof TypeError, 'a path that leads nowhere');
  });

  check('comlink: conversions by the language leave no unhandled rejection', async (rig) => {
    const { remote } = await remoteService(rig);
    const { none } = remote as never as { none: object };
    for (const part of [remote, none] as unknown[]) {
      equal(JSON.stringify([part]), '[{}]');
      let thrown: unknown;
      try {
        String(part);
      } catch (error) {
        thrown = error;
      }
      ok(thrown instanceof TypeError, 'a promise was taken for a text');
    }
    // The other side has refused those calls before it answers this one.
    equal(await remote.add(1, 1), 2);
  });

  check('comlink: prototypes and constructors cannot be reached', async (rig) => {
    const { remote } = await remoteService(rig);
    const open = remote as never as Record<string, Record<string, unknown>>;
    const compile = open['add']?.['constructor'] as (code: string) => Promise<unknown>;
    await fails(compile('return 1'), 'MethodNotFound');
    await fails(Promise.resolve(open['__proto__']?.['x']), 'MethodNotFound');
    equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  check('comlink: what cannot be cloned is refused, and the remote goes on', async (rig) => {
    const { remote } = await remoteService(rig);
    const typeOf = remote.typeOf as (value: unknown) => Promise<string>;
    await fails(
      typeOf(() => undefined),
      'DataClone',
    );
    const { message, stack = '' } = await fails(
      remote.add(1, { callback: () => undefined } as never),
      'DataClone',
    );
    equal(message, 'argument 2 of add(): callback is a function and cannot be cloned');
    ok(!stack.includes('value['), 'the stack has the old message');
    const error = (await thrownBy(remote.returnsFunction())) as Error;
    equal([error.name, error.message], ['TypeError', 'Unserializable return value']);
    ok(isUmpError(error.cause, 'DataClone'), 'the cause is missing');
    equal(await remote.add(1, 1), 2);
  });

  check('comlink: transfer() moves arguments and results', async (rig) => {
    const { remote } = await remoteService(rig);
    const buffer = new Uint8Array([1, 2, 3]).buffer;
    const back = remote.bytes(transfer(buffer, [buffer]));
    equal(buffer.byteLength, 0);
    equal([...new Uint8Array(await back)], [1, 2, 3]);
  });

  check('comlink: transfer handlers on both sides', async (rig) => {
    useDates();
    const { remote } = await remoteService(rig);
    const year = new Date(Date.UTC(2023, 11, 31));
    equal(await remote.yearOf(year), new Date(year.getTime() + YEAR).getUTCFullYear());
    const date = (await remote.dateOf(2023)) as Date;
    equal(date.getTime(), Date.UTC(2023) + YEAR);
  });

  check('comlink: with() gives calls a timeout or a signal', async (rig) => {
    const { remote, task } = await remoteService(rig);
    await fails(remote.with({ timeout: 5 }).hangs(), 'Timeout');
    equal(await task.nextMessage(), 'hangs');
    const controller = new AbortController();
    const hangs = remote.with({ signal: controller.signal }).hangs();
    equal(await task.nextMessage(), 'hangs');
    controller.abort();
    await fails(hangs, 'Aborted');
    const patient = remote.with({ timeout: 60_000 }).with({ signal: new AbortController().signal });
    equal(await patient.add(1, 1), 2);
    await fails(remote.with({ timeout: -1 }).add(1, 1), 'InvalidArgument');
    equal(await remote.add(2, 2), 4);
  });

  check('comlink: `concurrency` bounds how many calls run at a time', async () => {
    const gates = upTo(4).map(() => new Gate());
    const begun: number[] = [];
    const work = async (n: number): Promise<number> => {
      begun.push(n);
      await gates[n]!.opened;
      return n;
    };
    const remote = remoteOf({ work, begun: () => begun }, { concurrency: 2 });
    const answers = [0, 1, 2, 3].map((n) => remote.work(n));
    gates[1]!.open();
    equal(await answers[1], 1);
    gates[2]!.open();
    equal(await answers[2], 2);
    equal(begun, [0, 1, 2, 3]);
    gates[0]!.open();
    gates[3]!.open();
    equal(await Promise.all(answers), [0, 1, 2, 3]);
    remote[releaseProxy]();
  });

  check('comlink: expose() refuses invalid arguments', async () => {
    const { port1 } = new MessageChannel();
    throws(() => {
      expose(5, port1);
    }, 'InvalidArgument');
    for (const concurrency of [0, NaN, '2' as never, -1]) {
      throws(() => {
        expose({}, port1, { concurrency });
      }, 'InvalidArgument');
    }
    expose({}, port1);
    throws(() => {
      expose({}, port1);
    }, 'AlreadyListening');
    port1.close();
  });
});
