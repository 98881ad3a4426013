// Unreachable handles close when they are collected; awaited ones are kept.
import assert from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import { ReplyContext, channel, connect } from 'ump-ng';
import { collectUntil, forget, turn } from './utilities.mjs';

const outcome = (promise) => {
  const box = {};
  promise.then(
    (value) => (box.is = value),
    (error) => (box.is = error.code),
  );
  return box;
};

async function becomes(box, expected) {
  await collectUntil(() => box.is !== undefined, expected);
  assert.deepEqual(box.is, expected);
}

const request = async (server) => {
  const { rctx } = await server.wait();
  return rctx;
};

const CASES = {
  async client() {
    const server = await forget(() => channel().server);
    await becomes(outcome(server.wait()), 'ClientsDisappeared');
  },
  async 'clients of every kind'() {
    const { server } = await forget(() => {
      const { server, client } = channel();
      client.clone();
      client.weak();
      client.postOnly();
      server.client();
      return { server };
    });
    await becomes(outcome(server.wait()), 'ClientsDisappeared');
  },
  async 'client that a function has ended which refers to it'() {
    let isCollected = false;
    const registry = new FinalizationRegistry(() => (isCollected = true));
    await forget(() => {
      const { port1 } = new MessageChannel();
      const abort = new AbortController();
      const client = connect(port1, { signal: abort.signal });
      // V8 keeps this function in the stack trace of the error that ends the client.
      const giveUp = () => {
        abort.abort();
        port1.close();
        return client;
      };
      registry.register(giveUp(), undefined);
    });
    await collectUntil(() => isCollected, 'the client is collected');
  },
  async server() {
    const { client, asked } = await forget(() => {
      const { client } = channel();
      return { client, asked: outcome(client.req('x')) };
    });
    await becomes(asked, 'ServerDisappeared');
    assert.equal((await client.closed).code, 'ServerDisappeared');
  },
  async 'context taken by wait()'() {
    const { server, client } = channel();
    const asked = outcome(client.req('x'));
    await forget(async () => void (await request(server)));
    await becomes(asked, 'NoReply');
  },
  async 'context taken by tryPop()'() {
    const { server, client } = channel();
    const asked = outcome(client.req('x'));
    await turn();
    await forget(() => void server.tryPop());
    await becomes(asked, 'NoReply');
  },
  async 'context taken in a loop'() {
    const { server, client } = channel();
    const asked = outcome(client.req('x'));
    const messages = server[Symbol.asyncIterator]();
    // Not `for await`: its variable would keep the message until the next one comes.
    const goOn = (result) => void (result.done || messages.next().then(goOn));
    void messages.next().then(goOn);
    await becomes(asked, 'NoReply');
    client.close();
  },
  async 'context of a loop that was left'() {
    const { server, client } = channel();
    const asked = outcome(client.req('x'));
    await forget(async () => {
      for await (const { type } of server) if (type === 'request') break;
    });
    await becomes(asked, 'NoReply');
    client.close();
  },
  async 'context that moved'() {
    const { server, client } = channel();
    const asked = outcome(client.req('x'));
    await forget(async () => void ReplyContext.from((await request(server)).transfer()));
    await becomes(asked, 'NoReply');
    client.close();
  },
  async 'port of a context that is never used'() {
    const { server, client } = channel();
    const asked = outcome(client.req('x', { timeout: 200 }));
    await forget(async () => void (await request(server)).transfer());
    await collectUntil(() => asked.is !== undefined || asked.polls++ > 300, 'any end').catch(
      () => {},
    );
    // No platform guarantees a close event for a port that is lost in transit, so the timeout ends
    // the call.
    while (asked.is === undefined) await turn();
    assert.match(asked.is, /^(NoReply|Timeout)$/);
    client.close();
  },
  async 'deferred request'() {
    const { server, client } = channel();
    const { signal } = await forget(async () => {
      client.reqDeferred('x');
      return request(server).then((rctx) => ({ signal: rctx.signal, rctx }));
    });
    await collectUntil(() => signal.aborted, 'the signal of the server');
    assert.equal(signal.reason.code, 'OriginDisappeared');
  },
  async 'deferred request that is awaited'() {
    const { server, client } = channel();
    const asked = await forget(() => outcome(client.reqDeferred('x').wait()));
    const rctx = await request(server);
    await collected();
    rctx.reply('y');
    await becomes(asked, 'y');
    client.close();
  },
  async 'client with a request pending'() {
    const { server, asked } = await forget(() => {
      const { server, client } = channel();
      return { server, asked: outcome(client.req('x')) };
    });
    const rctx = await request(server);
    await collected();
    rctx.reply('y');
    await becomes(asked, 'y');
    await becomes(outcome(server.wait()), 'ClientsDisappeared');
  },
  async 'server that is awaited'() {
    const { client, waited } = await forget(() => {
      const { server, client } = channel();
      return { client, waited: outcome(server.wait().then(({ msg }) => msg)) };
    });
    await collected();
    client.post('x');
    await becomes(waited, 'x');
    assert.equal((await outcomeWithGc(client.closed)).code, 'ServerDisappeared');
  },
  async 'server in a loop'() {
    const { client } = await forget(() => {
      const { server, client } = channel();
      void (async () => {
        for await (const { rctx } of server) rctx.reply('y');
      })();
      return { client };
    });
    await collected();
    assert.equal(await client.req('x'), 'y');
    client.close();
  },
  async 'context whose signal is held'() {
    const { server, client } = channel();
    const abort = new AbortController();
    const asked = outcome(client.req('x', { signal: abort.signal }));
    const rctx = await request(server);
    await collected();
    abort.abort();
    await becomes(asked, 'Aborted');
    await collectUntil(() => rctx.signal.aborted, 'the signal');
    client.close();
  },
};

async function collected() {
  let rounds = 0;
  await collectUntil(() => ++rounds === 20, 'twenty rounds');
}

async function outcomeWithGc(promise) {
  const box = outcome(promise);
  await collectUntil(() => box.is !== undefined, 'an outcome');
  return box.is;
}

await CASES[process.argv[2]]();
