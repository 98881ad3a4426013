import { connect, listen } from 'ump-ng';
import {
  createEndpoint,
  expose,
  finalizer,
  releaseProxy,
  wrap,
  type Endpoint,
} from 'ump-ng/comlink';
import { equal } from '../../assertions.js';
import { endpointOf, remoteService, releasedAtEnd } from '../../comlink-remotes.js';
import type { Service } from '../../roles/comlink.js';
import { theme } from '../../suite-dsl.js';
import { Gate } from '../../utilities.js';

/** An object that is no endpoint of the platform. */
const custom = (port: MessagePort): Endpoint => ({
  postMessage: (message, transfer) => {
    port.postMessage(message, transfer as never);
  },
  addEventListener: port.addEventListener.bind(port) as Endpoint['addEventListener'],
  removeEventListener: port.removeEventListener.bind(port) as Endpoint['removeEventListener'],
  start: port.start.bind(port),
});

export const comlinkEndpoints = theme('comlink: endpoints', (check) => {
  check('comlink: calls wait until the object is exposed', async (rig) => {
    const thread = await rig.thread();
    const task = thread.run('exposeService', { whenTold: true });
    const remote = releasedAtEnd(wrap<Service>(endpointOf(thread)));
    const sum = remote.add(1, 2);
    task.send('now');
    equal(await sum, 3);
  });

  check('comlink: createEndpoint() makes a port for another thread', async (rig) => {
    const { remote } = await remoteService(rig);
    const port = await remote[createEndpoint]();
    const other = (await rig.thread()).run('callService', undefined, [port]);
    equal(await other.result, 42);
    equal(await remote.add(1, 1), 2);
  });

  check('comlink: two remotes of one endpoint are independent', async (rig) => {
    const thread = await rig.thread();
    const task = thread.run('exposeService', {});
    const [one, two] = [1, 2].map(() => releasedAtEnd(wrap<Service>(endpointOf(thread))));
    await task.nextMessage();
    equal(await one!.add(1, 1), 2);
    equal(await two!.add(1, 1), 2);
    one![releaseProxy]();
    equal(await two!.add(2, 2), 4);
  });

  check('comlink: an endpoint carries other messages, and objects of both sides', async () => {
    const { port1, port2 } = new MessageChannel();
    const heard = new Promise((resolve) => {
      port2.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data === 'own') resolve(data);
      });
    });
    expose({ name: 'one' }, port1);
    expose({ name: 'two' }, port2);
    const server = listen<never, string, string>(port1);
    const client = connect<never, string, string>(port2);
    const [two, one] = [port1, port2].map((port) => releasedAtEnd(wrap<{ name: string }>(port)));
    port1.postMessage('own');
    equal(await heard, 'own');
    equal([await one!.name, await two!.name], ['one', 'two']);
    const answer = client.req('core');
    const { msg, rctx } = await server.wait();
    rctx.reply(msg);
    equal(await answer, 'core');
    client.close();
    one![releaseProxy]();
    two![releaseProxy]();
  });

  check('comlink: an endpoint may be any object that posts and emits messages', async () => {
    const { port1, port2 } = new MessageChannel();
    const remote = wrap<{ add(a: number, b: number): number }>(custom(port1));
    const early = remote.add(1, 1);
    const finalized = new Gate();
    expose({ add: (a: number, b: number) => a + b, [finalizer]: finalized.open }, custom(port2));
    equal(await early, 2);
    equal(await remote.add(2, 2), 4);
    remote[releaseProxy]();
    await finalized.opened;
    port1.close();
  });

  check('comlink: a BroadcastChannel, which cannot move ports', async () => {
    const [here, there] = [1, 2].map(() => new BroadcastChannel('comlink case'));
    const finalized = new Gate();
    expose({ add: (a: number, b: number) => a + b, [finalizer]: finalized.open }, there);
    const [one, two] = [1, 2].map(() => wrap<{ add(a: number, b: number): number }>(here!));
    equal(await Promise.all([one!.add(1, 1), two!.add(2, 2)]), [2, 4]);
    one![releaseProxy]();
    two![releaseProxy]();
    await finalized.opened;
    here!.close();
    there!.close();
  });
});
