import { createEndpoint, expose, finalizer, proxy, releaseProxy, wrap } from 'ump-ng/comlink';
import { equal, fails, throws } from '../../assertions.js';
import { endpointOf, remoteOf, remoteService, releasedAtEnd } from '../../comlink-remotes.js';
import type { Service } from '../../roles/comlink.js';
import { theme } from '../../suite-dsl.js';
import { Gate } from '../../utilities.js';

export const comlinkEnds = theme('comlink: the end of remotes', (check) => {
  check('comlink: a released remote throws, and its pending calls settle', async (rig) => {
    const { remote } = await remoteService(rig);
    const sum = remote.add(1, 1);
    const { add } = remote;
    remote[releaseProxy]();
    equal(await sum, 2);
    throws(() => remote.add, 'Detached');
    throws(() => add(1, 1), 'Detached');
    throws(() => remote[releaseProxy], 'Detached');
    throws(() => {
      (remote as { value: unknown }).value = 1;
    }, 'Detached');
  });

  check('comlink: the finalizer is called when the remote is released', async (rig) => {
    const thread = await rig.thread();
    const { port1, port2 } = new MessageChannel();
    const task = thread.run('exposeService', { onPort: true }, [port2]);
    const remote = wrap<Service>(port1);
    equal(await task.nextMessage(), 'exposed');
    equal(await remote.add(1, 1), 2);
    remote[releaseProxy]();
    equal(await task.nextMessage(), 'finalized');
  });

  check('comlink: the finalizer is called for a remote that was never used', async () => {
    const finalized = new Gate();
    remoteOf({ [finalizer]: finalized.open })[releaseProxy]();
    await finalized.opened;
  });

  check('comlink: the finalizer of a callback is called when it is released', async (rig) => {
    const { remote } = await remoteService(rig);
    const finalized = new Gate();
    const callback = Object.assign((): void => undefined, { [finalizer]: finalized.open });
    await remote.hold(proxy(callback));
    await remote.release();
    await finalized.opened;
  });

  check('comlink: an object that `new` has made outlives the remote of its class', async () => {
    const finalized: string[] = [];
    class Thing {
      static [finalizer](): void {
        finalized.push('class');
      }
      name = 'thing';
      [finalizer](): void {
        finalized.push('thing');
        ended.open();
      }
    }
    const ended = new Gate();
    const Remote = remoteOf(Thing);
    const thing = releasedAtEnd(await new Remote());
    Remote[releaseProxy]();
    equal(await thing.name, 'thing');
    equal(finalized, ['class']);
    thing[releaseProxy]();
    await ended.opened;
    equal(finalized, ['class', 'thing']);
  });

  check('comlink: the finalizer is called for each endpoint', async () => {
    let finalized = 0;
    const gates = [new Gate(), new Gate()];
    const remote = remoteOf({ value: 1, [finalizer]: () => gates[finalized++]?.open() });
    const other = wrap<{ value: number }>(await remote[createEndpoint]());
    equal(await other.value, 1);
    remote[releaseProxy]();
    await gates[0]!.opened;
    equal(await other.value, 1);
    other[releaseProxy]();
    await gates[1]!.opened;
  });

  check('comlink: the death of the thread settles all calls', ['death', 'threads'], async (rig) => {
    const thread = await rig.thread();
    const task = thread.run('exposeService', {});
    const remote = releasedAtEnd(wrap<Service>(endpointOf(thread)));
    equal(await task.nextMessage(), 'exposed');
    const finalized = new Gate();
    const callback = Object.assign((): void => undefined, { [finalizer]: finalized.open });
    await remote.hold(proxy(callback));
    const pending = [remote.hangs(), remote.hangs()];
    equal(await task.nextMessage(), 'hangs');
    await thread.kill();
    for (const each of pending) await fails(each, 'ServerDisappeared');
    await fails(remote.add(1, 1), 'ServerDisappeared');
    // Nothing can report it here: this must not be an unhandled rejection.
    (remote as { value: unknown }).value = 1;
    await finalized.opened;
  });

  check(
    'comlink: the death of the caller releases the object',
    ['death', 'threads'],
    async (rig) => {
      const thread = await rig.thread();
      const { port1, port2 } = new MessageChannel();
      const [called, finalized] = [new Gate(), new Gate()];
      expose(
        {
          add: (a: number, b: number) => {
            called.open();
            return a + b;
          },
          [finalizer]: finalized.open,
        },
        port1,
      );
      const task = thread.run('callService', undefined, [port2]);
      equal(await task.result, 42);
      await called.opened;
      await thread.kill();
      await finalized.opened;
    },
  );
});
