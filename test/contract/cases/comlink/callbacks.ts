import { finalizer, proxy, releaseProxy, type ProxyMarked, type Remote } from 'ump-ng/comlink';
import { equal, fails, ok } from '../../assertions.js';
import { remoteOf, remoteService, thrownBy } from '../../comlink-remotes.js';
import { theme } from '../../suite-dsl.js';
import { Gate, upTo } from '../../utilities.js';

type Doubling = ((n: number) => number) & ProxyMarked;

export const comlinkCallbacks = theme('comlink: objects by reference', (check) => {
  check('comlink: a callback is called by the other side', async (rig) => {
    const { remote } = await remoteService(rig);
    const seen: number[] = [];
    const callback = proxy((n: number) => {
      seen.push(n);
      return 2 * n;
    });
    equal(await remote.each(3, callback), [2, 4, 6]);
    equal(seen, [1, 2, 3]);
    equal(await remote.each(1, callback), [2]);
  });

  check('comlink: many callbacks at once', async (rig) => {
    const { remote } = await remoteService(rig);
    const results = await Promise.all(
      upTo(50).map((by) =>
        remote.each(
          2,
          proxy((n: number) => by * n),
        ),
      ),
    );
    equal(
      results,
      upTo(50).map((by) => [by, 2 * by]),
    );
  });

  check('comlink: a callback can get a callback', async (rig) => {
    const { remote } = await remoteService(rig);
    const call = proxy(async (double: (n: number) => Promise<number>) => (await double(21)) + 1);
    equal(await remote.twice(call as never), 43);
  });

  check('comlink: what a callback throws reaches the other side', async (rig) => {
    const { remote } = await remoteService(rig);
    const callback = proxy((): never => {
      throw Object.assign(new RangeError('by the callback'), { code: 'E_CALL' });
    });
    const error = (await thrownBy(remote.each(1, callback))) as RangeError & { code: string };
    ok(error instanceof RangeError, 'its class is lost');
    equal([error.message, error.code], ['by the callback', 'E_CALL']);
  });

  check('comlink: a callback that is kept can be called later', async (rig) => {
    const { remote } = await remoteService(rig);
    const called = new Gate();
    await remote.hold(
      proxy((word: string) => {
        equal(word, 'later');
        called.open();
      }),
    );
    await remote.callHeld('later');
    await called.opened;
    await remote.release();
  });

  check('comlink: an object by reference keeps its state, also as a property', async () => {
    const counter = proxy({ count: 0, add: (by: number) => (counter.count += by) });
    const remote = remoteOf({
      counter: undefined as Remote<typeof counter> | undefined,
      async addTwice(by: number) {
        await this.counter?.add(by);
        await this.counter?.add(by);
        return this.counter?.count;
      },
      letGo() {
        this.counter?.[releaseProxy]();
      },
    });
    (remote as { counter: unknown }).counter = counter;
    equal(await remote.addTwice(5), 10);
    equal(counter.count, 10);
    equal(await (remote.counter as unknown as Remote<typeof counter>).add(1), 11);
    await remote.letGo();
  });

  check('comlink: a remote can be passed on', async (rig) => {
    const { remote } = await remoteService(rig);
    const other = remoteOf({ double: (n: number) => 2 * n });
    equal(await remote.each(2, other.double as unknown as Doubling), [2, 4]);
  });

  check('comlink: a call that cannot be sent keeps no callback', async (rig) => {
    const { remote } = await remoteService(rig);
    const finalized: string[] = [];
    const callback = (name: string): Doubling =>
      Object.assign(
        proxy((n: number) => 2 * n),
        { [finalizer]: () => finalized.push(name) },
      );
    const each = remote.each as unknown as (upTo: unknown, callback: Doubling) => Promise<number[]>;
    await fails(each(Symbol('not cloned'), callback('first')), 'DataClone');
    equal(finalized, ['first']);
    equal(await each(1, callback('second')), [2]);
    await fails(each(Symbol('not cloned'), callback('third')), 'DataClone');
    ok(finalized.includes('third'), 'the third is kept');
    equal(await each(2, callback('fourth')), [2, 4]);
  });
});
