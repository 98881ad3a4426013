import { equal, fails } from '../../assertions.js';
import { RemoteContext } from '../../remote-handles.js';
import { pair, take, takeRequest } from '../../in-process-pair.js';
import { ask } from '../../commands.js';
import { theme } from '../../suite-dsl.js';
import type { MessagePort } from 'ump-ng';

const bytes = (): ArrayBuffer => new Uint8Array([1, 2, 3, 4]).buffer;

/** The next message of a port. */
const received = (port: globalThis.MessagePort): Promise<unknown> =>
  new Promise((resolve) => {
    port.addEventListener('message', ({ data }) => {
      resolve(data);
      port.close();
    });
    port.start();
  });

export const transferables = theme('transferables', (check) => {
  check('a buffer is transferred there and back', async (rig) => {
    const { client } = await rig.serve();
    const buffer = bytes();
    const answer = client.req(['buffer', buffer], { transfer: [buffer] });
    equal(buffer.byteLength, 0, 'the length of the buffer here');
    equal(await answer, bytes());
  });

  check('a buffer is transferred with a post', async (rig) => {
    const { client } = await rig.serve();
    const buffer = bytes();
    client.post({ buffer }, { transfer: [buffer] });
    equal(buffer.byteLength, 0, 'the length of the buffer here');
    equal(await ask(client, 'posts'), [{ buffer: bytes() }]);
  });

  check('without a transfer list a buffer is copied', async (rig) => {
    const { client } = await rig.serve();
    const buffer = bytes();
    equal(await client.req(['echo', buffer]), bytes());
    equal(buffer.byteLength, 4);
  });

  // Browsers share it only among the agents of one page that is isolated from other origins.
  check('a SharedArrayBuffer is shared', ['blocking'], async (rig) => {
    const { client } = await rig.serve();
    const here = new Int32Array(new SharedArrayBuffer(4));
    const there = (await client.req(['echo', here])) as Int32Array;
    here[0] = 7;
    equal(there[0], 7);
  });

  check('an instance of a class arrives as a plain object', async (rig) => {
    class Point {
      readonly #hidden = 1;
      x = 3;
      get y(): number {
        return this.#hidden;
      }
    }
    const { client } = await rig.serve();
    const there = (await client.req(['echo', new Point()])) as object;
    equal(there, { x: 3 });
    equal('y' in there, false);
    // Each realm has an Object of its own.
    equal(Object.getPrototypeOf(Object.getPrototypeOf(there)), null);
  });

  check('ports are transferred in both directions', async () => {
    const { server, client } = pair();
    const there = new MessageChannel();
    const answer = client.req({ port: there.port1 }, { transfer: [there.port1] });
    const { msg, rctx } = await takeRequest(server);
    const back = new MessageChannel();
    rctx.reply({ port: back.port1 }, { transfer: [back.port1] });
    (msg as { port: MessagePort }).port.postMessage('from the server');
    ((await answer) as { port: MessagePort }).port.postMessage('from the client');
    equal(await received(there.port2), 'from the server');
    equal(await received(back.port2), 'from the client');
    client.close();
  });

  check('a buffer is transferred with an application error', async () => {
    const { server, client } = pair();
    const answer = client.req('fail');
    const { rctx } = await takeRequest(server);
    const buffer = bytes();
    equal(rctx.fail({ buffer }, { transfer: [buffer] }), true);
    equal(buffer.byteLength, 0, 'the length of the buffer here');
    equal((await fails(answer, 'App')).appError, { buffer: bytes() });
    client.close();
  });

  check('a buffer is transferred though its request has to wait for credit', async () => {
    const { server, client } = pair({ capacity: 1 });
    client.post('first');
    const buffer = bytes();
    const answer = client.req({ buffer }, { transfer: [buffer] });
    equal(buffer.byteLength, 0, 'the length of the buffer here');
    equal(await take(server, 1), ['first']);
    const { msg, rctx } = await takeRequest(server);
    equal(msg, { buffer: bytes() });
    rctx.reply(null);
    await answer;
    client.close();
  });

  check('a moved context replies with a buffer', async (rig) => {
    const { client, task } = await rig.serve();
    const answer = ask(client, 'delegate');
    const helper = await RemoteContext.of(rig, (await task.nextMessage()) as MessagePort);
    equal(await helper.do('buffer', bytes()), true);
    equal(await answer, bytes());
  });

  check('a message can contain an Error and a buffer', async () => {
    const { server, client } = pair();
    const buffer = bytes();
    client.post({ buffer, error: new RangeError('beside it') }, { transfer: [buffer] });
    equal(buffer.byteLength, 0, 'the length of the buffer here');
    equal(await take(server, 1), [{ buffer: bytes(), error: new RangeError('beside it') }]);
    client.close();
  });
});
