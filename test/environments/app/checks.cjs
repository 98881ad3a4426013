// What must work wherever the package is loaded in Node. Each check gets the package as it was
// loaded there.
const { ok, equal, deepEqual } = require('node:assert/strict');
const path = require('node:path');
const { MessageChannel, Worker } = require('node:worker_threads');

const greeter = path.join(__dirname, 'greeter.mjs');
const comlinkScript = path.join(__dirname, 'comlink.mjs');
const actorScript = path.join(__dirname, 'actor.mjs');

/** Replies to every request with what it was asked. */
async function echo(server) {
  for await (const { msg, rctx } of server) rctx?.reply(msg);
}

const codeOf = (promise) =>
  promise.then(
    (value) => `fulfilled: ${value}`,
    ({ code }) => code,
  );

/** The code of a call that throws. */
function codeThrown(call) {
  try {
    return `returned ${call()}`;
  } catch ({ code }) {
    return code;
  }
}

exports.CHECKS = {
  async 'channel()'({ channel }) {
    const { server, client } = channel();
    void echo(server);
    const value = {
      map: new Map([[1, new Set([2])]]),
      bytes: new Uint8Array([1, 2]),
      error: new RangeError('r'),
    };
    const back = await client.req(value);
    deepEqual([...back.map.get(1)], [2]);
    deepEqual([...back.bytes], [1, 2]);
    equal(back.error.name, 'RangeError');
    client.close();
    await server.drained;
  },

  async 'a bounded mailbox'({ channel }) {
    const { server, client } = channel({ capacity: 1 });
    const replies = [1, 2, 3].map((n) => client.req({ n }));
    void echo(server);
    deepEqual(
      (await Promise.all(replies)).map(({ n }) => n),
      [1, 2, 3],
    );
    client.close();
  },

  async 'a signal that ends 1200 calls at once'({ channel }) {
    const { server, client } = channel();
    const controller = new AbortController();
    const calls = Array.from({ length: 1200 }, () =>
      codeOf(client.req(0, { signal: controller.signal })),
    );
    controller.abort();
    ok((await Promise.all(calls)).every((code) => code === 'Aborted'));
    client.close();
    server.close();
  },

  async 'connect() to a thread, until it is terminated'({ connect }) {
    const worker = new Worker(greeter);
    const client = connect(worker);
    equal(await client.req('world'), 'hello world');
    await worker.terminate();
    equal(await codeOf(client.req('again')), 'ServerDisappeared');
  },

  async 'a thread that cannot be loaded'({ connect }) {
    const client = connect(new Worker(path.join(__dirname, 'missing.mjs')));
    equal(await codeOf(client.req('world')), 'ServerDisappeared');
  },

  async 'spawn() and remote()'({ actor, remote, spawn }) {
    const calculator = actor({ req: { add: (a, b) => a + b } });
    const { client, done } = spawn(calculator);
    equal(await remote(client).req.add(1, 2), 3);
    client.close();
    await done;
  },

  async 'spawnWorker()'({ spawnWorker }) {
    const { client, kill } = spawnWorker(new Worker(actorScript));
    equal(await client.req(21), 42);
    kill();
  },

  async 'reqSync()'({ connect, reqSync }) {
    const worker = new Worker(greeter);
    const client = connect(worker);
    await client.connected;
    equal(reqSync(client, 'world'), 'hello world');
    await worker.terminate();
  },

  async 'wrap() and expose() in one thread'({ comlink }) {
    const { port1, port2 } = new MessageChannel();
    comlink.expose({ add: (a, b) => a + b, deep: { value: 3 } }, port1);
    const there = comlink.wrap(port2);
    equal(await there.add(1, 2), 3);
    equal(await there.deep.value, 3);
    there[comlink.releaseProxy]();
    equal(
      codeThrown(() => there.add),
      'Detached',
    );
  },

  async 'wrap() of a thread'({ comlink }) {
    const worker = new Worker(comlinkScript);
    const there = comlink.wrap(worker);
    const counter = await new there.Counter();
    equal(await counter.add(1), 2);
    equal(await there.call(comlink.proxy((n) => n + 1)), 21);
    const error = await counter.fail().catch((thrown) => thrown);
    equal(`${error.name}: ${error.message}`, 'RangeError: out of range');
    await worker.terminate();
    equal(await codeOf(counter.add(1)), 'ServerDisappeared');
  },

  async 'a value that cannot be cloned'({ channel }) {
    const { client } = channel();
    for (const lost of [new URL('http://localhost/'), () => undefined]) {
      equal(
        codeThrown(() => client.post({ lost })),
        'DataClone',
      );
    }
    client.close();
  },
};

/** `tick(ms)` moves the fake timers on. */
exports.WITH_FAKE_TIMERS = {
  async 'a timeout of a call'({ channel }, tick) {
    const { client, server } = channel();
    const call = codeOf(client.req(0, { timeout: 60_000 }));
    tick(60_000);
    equal(await call, 'Timeout');
    client.close();
    server.close();
  },

  async 'a timeout of a call through a remote'({ comlink }, tick) {
    const { port1, port2 } = new MessageChannel();
    const there = comlink.wrap(port2);
    comlink.expose({ never: () => new Promise(() => undefined) }, port1);
    const call = codeOf(there.with({ timeout: 60_000 }).never());
    tick(60_000);
    equal(await call, 'Timeout');
    there[comlink.releaseProxy]();
  },

  async 'a timeout of connect()'({ connect }, tick) {
    const worker = new Worker('setInterval(() => undefined, 1000)', { eval: true });
    const client = connect(worker, { timeout: 60_000 });
    tick(60_000);
    equal(await codeOf(client.connected), 'Timeout');
    client.close();
    await worker.terminate();
  },

  async 'a server that waits for another thread keeps the process running'({ listen }) {
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(
      `const { workerData } = require('node:worker_threads');
       import('ump-ng').then(({ connect }) => setTimeout(() => connect(workerData).req('late'), 50));`,
      { eval: true, workerData: port2, transferList: [port2] },
    );
    worker.unref();
    const server = listen(port1);
    const { msg, rctx } = await server.wait();
    equal(msg, 'late');
    rctx.reply(msg);
    server.close();
  },
};
