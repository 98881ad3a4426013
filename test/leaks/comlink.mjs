// Remotes of ump-ng/comlink that are forgotten are released. `node comlink.mjs CASE`.
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { expose, finalizer, proxy, releaseProxy, wrap } from 'ump-ng/comlink';
import { collectUntil, countPorts, forget, turn } from './utilities.mjs';

/** A remote of an object that says when it is finalized. */
function remoteOf(object) {
  const { port1, port2 } = new MessageChannel();
  const box = { isFinalized: false };
  expose(Object.assign(object, { [finalizer]: () => (box.isFinalized = true) }), port2);
  return { remote: wrap(port1), box };
}

const CASES = {
  async 'a remote'() {
    const box = await forget(async () => {
      const { remote, box } = remoteOf({ value: 1 });
      assert.equal(await remote.value, 1);
      return box;
    });
    await collectUntil(() => box.isFinalized, 'the finalizer');
  },

  async 'a remote whose method is kept'() {
    const { add, box } = await forget(async () => {
      const { remote, box } = remoteOf({ add: (a, b) => a + b });
      return { add: remote.add, box };
    });
    let rounds = 0;
    await collectUntil(() => ++rounds === 20, 'twenty rounds');
    assert.equal(await add(1, 2), 3);
    assert.equal(box.isFinalized, false);
  },

  async 'a remote that a call returns, once the remote that made the call was collected'() {
    let answer;
    const box = { isFinalized: false };
    const { result } = await forget(async () => {
      const { remote, ...more } = remoteOf(
        () => new Promise((resolve) => (answer = () => resolve(proxy({ value: 1 })))),
      );
      Object.assign(box, more);
      return { result: remote() };
    });
    await collectUntil(() => box.box.isFinalized, 'the finalizer');
    answer();
    assert.equal(await (await result).value, 1);
  },

  async 'a callback'() {
    const { remote } = remoteOf({ run: (callback) => callback(1) });
    let isFinalized = false;
    const callback = proxy((n) => n + 1);
    callback[finalizer] = () => (isFinalized = true);
    assert.equal(await remote.run(callback), 2);
    await collectUntil(() => isFinalized, 'the finalizer');
    assert.equal(await remote.run(callback), 2);
    remote[releaseProxy]();
  },

  async 'ports of callbacks and objects'() {
    const { remote, box } = remoteOf({
      run: async (callback) => {
        await callback(1);
        callback[releaseProxy]();
      },
      Thing: class {},
    });
    await remote.run(proxy(() => 0));
    const open = countPorts();
    for (let n = 0; n < 1000; n++) {
      await remote.run(proxy(() => n));
      (await new remote.Thing())[releaseProxy]();
    }
    assert.equal(open(), 0);
    remote[releaseProxy]();
    while (!box.isFinalized) await turn();
  },

  /** This process ends although the Worker runs on and holds a callback that it has released. */
  async 'an idle worker'() {
    const code = `import('ump-ng/comlink').then(({ expose, releaseProxy }) => expose(async (callback) => {
      await callback();
      callback[releaseProxy]();
    }));`;
    const run = wrap(new Worker(code, { eval: true }));
    await run(proxy(() => undefined));
  },
};

await CASES[process.argv[2]]();
