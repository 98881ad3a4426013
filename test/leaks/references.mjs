// Callbacks, objects and streams that travel by reference are let go of.
// `node references.mjs CASE`.
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { connect } from 'ump-ng';
import { actor, callback, remote, remoteObject, spawn } from 'ump-ng/actors';
import { collectUntil, countPorts, forget, turn } from './utilities.mjs';

const held = [];

const { client } = spawn(
  actor({
    run: (call) => call(1),
    hold: (reference) => void held.push(reference),
    sum: async (numbers) => {
      let sum = 0;
      for await (const n of numbers) sum += n;
      return sum;
    },
    thing: () => remoteObject({ one: () => 1 }),
    closing: async (call, object) => {
      const sum = (await call(1)) + (await object.req.one());
      call.close();
      object.close();
      return sum;
    },
  }),
  { concurrency: 4 },
);
const { req } = remote(client);

const CASES = {
  async 'a callback that its recipient forgets'() {
    let isReleased = false;
    const onReleased = () => (isReleased = true);
    const call = callback((n) => n + 1, { onReleased });
    assert.equal(await req.run(call), 2);
    await collectUntil(() => isReleased, 'the release');
    isReleased = false;
    assert.equal(await req.run(call), 2);
    await collectUntil(() => isReleased, 'the second release');
  },

  async 'an object that its recipient forgets'() {
    let isReleased = false;
    await req.hold(remoteObject({ one: () => 1 }, { onReleased: () => (isReleased = true) }));
    await forget(async () => assert.equal(await held.pop().req.one(), 1));
    await collectUntil(() => isReleased, 'the release');
  },

  async 'an object whose method is kept'() {
    let isReleased = false;
    await req.hold(remoteObject({ one: () => 1 }, { onReleased: () => (isReleased = true) }));
    const box = { one: held.pop().req.one };
    let rounds = 0;
    await collectUntil(() => ++rounds === 20, 'twenty rounds');
    assert.equal(await box.one(), 1);
    assert.equal(isReleased, false);
    delete box.one;
    await collectUntil(() => isReleased, 'the release');
  },

  async 'a stream that its recipient forgets'() {
    let isLeft = false;
    await req.hold({
      return: () => (isLeft = true),
      [Symbol.asyncIterator]: () => assert.fail('it was asked for items'),
    });
    held.pop();
    await collectUntil(() => isLeft, 'the end of the source');
  },

  /** Its maker calls it, and forgets it. */
  async 'a callback that only its maker calls'() {
    let isReleased = false;
    await forget(async () => {
      const call = callback((n) => n + 1, { onReleased: () => (isReleased = true) });
      assert.equal(await call(1), 2);
    });
    await collectUntil(() => isReleased, 'the release');
  },

  async 'ports of references'() {
    const calls = async () => {
      let left = 2;
      const released = new Promise((resolve) => {
        const onReleased = () => --left === 0 && resolve();
        const options = { onReleased };
        void req
          .closing(
            callback((n) => n, options),
            remoteObject({ one: () => 1 }, options),
          )
          .then((sum) => assert.equal(sum, 2));
      });
      await released;
      await req.sum(
        (async function* () {
          yield 1;
        })(),
      );
      (await req.thing()).close();
      await assert.rejects(
        req.closing(
          callback(() => 1),
          () => 1,
        ),
        { code: 'DataClone' },
      );
      await assert.rejects(req.none(callback(() => 1)), { code: 'MethodNotFound' });
    };
    await calls();
    const open = countPorts();
    for (let n = 0; n < 100; n++) await calls();
    for (let n = 0; open() > 0 && n < 1000; n++) await turn();
    assert.equal(open(), 0);
  },

  /** This process ends although the Worker runs on and holds a callback, an object and a stream. */
  async 'an idle worker'() {
    const code = `Promise.all([import('ump-ng'), import('ump-ng/actors')]).then(
      ([{ listen }, { actor, serve }]) => {
        const held = [];
        setInterval(() => held, 1000);
        serve(listen(), actor({ hold: (...all) => void held.push(all) }));
      },
    );`;
    const there = remote(connect(new Worker(code, { eval: true })));
    const stream = { [Symbol.asyncIterator]: () => assert.fail('it was asked for items') };
    await there.req.hold(
      callback(() => 1),
      remoteObject({ one: () => 1 }),
      stream,
    );
  },
};

await CASES[process.argv[2]]();
client.close();
