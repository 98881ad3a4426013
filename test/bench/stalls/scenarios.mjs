/**
 * Many events at the same time. Each scenario prepares n of them, and returns a function that
 * causes them, which alone is timed, and in some cases one that cleans up.
 */
import { MessageChannel } from 'node:worker_threads';
import { Server, channel } from 'ump-ng';
import { actor, introspect, pool, spawn } from 'ump-ng/actors';

const [HELLO, REQ, CANCEL] = [0, 4, 5];
const hello = [HELLO, 'ump-ng', 2, 0, [2, 0, []]];
const serverHello = [HELLO, 'ump-ng', 2, 1, [2, 0, []]];

export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Runs `count` steps, with a turn of the event loop after every two hundred. */
async function each(n, step) {
  for (let at = 0; at < n; at++) {
    step(at);
    if (at % 200 === 199) await turn();
  }
}

/**
 * The due time of timers that are prepared from now on, and how to reach it without a turn of the
 * event loop.
 */
function dueTogether(n) {
  const due = performance.now() + 500 + n / 10;
  const sleep = new Int32Array(new SharedArrayBuffer(4));
  return {
    timeout: () => Math.max(0, due - performance.now()),
    comes: () => Atomics.wait(sleep, 0, 0, Math.max(0, due + 5 - performance.now())),
  };
}

/** An actor that never replies. What it awaits is kept, or else it would be collected. */
function stuck() {
  const kept = [];
  return actor({ req: { never: () => new Promise((resolve) => kept.push(resolve)) } });
}

const isQueued = (server) => !server.isEmpty;

/** Waits until `count` messages are in the mailbox. */
async function queued(server, n) {
  while (introspect(server).queued < n) await turn();
}

/** A client that sends arbitrary frames. */
function raw(server) {
  const { port1, port2 } = new MessageChannel();
  server.accept(port1);
  port2.postMessage(hello);
  port2.on('message', () => undefined);
  return port2;
}

export const scenarios = {
  async 'requests in the mailbox, given up by one signal'(n) {
    const { server, client } = channel();
    const controller = new AbortController();
    const { signal } = controller;
    const answers = [];
    await each(n, (at) => answers.push(client.tryReq(at, { signal })));
    await queued(server, n);
    return async () => {
      controller.abort();
      await Promise.all(answers);
      while (isQueued(server)) await turn();
      client.close();
    };
  },

  async 'requests in the mailbox, given up by their timeouts'(n) {
    const { server, client } = channel();
    const due = dueTogether(n);
    const answers = [];
    await each(n, (at) => answers.push(client.tryReq(at, { timeout: due.timeout() })));
    await queued(server, n);
    due.comes();
    return async () => {
      await Promise.all(answers);
      while (isQueued(server)) await turn();
      client.close();
    };
  },

  async 'requests that wait for room, given up by one signal'(n) {
    const { server, client } = channel({ capacity: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const answers = [];
    await each(n, (at) => answers.push(client.tryReq(at, { signal })));
    return async () => {
      controller.abort();
      await Promise.all(answers);
      client.close();
      server.close();
    };
  },

  async 'requests through a capacity of 2'(n) {
    const { server, client } = channel({ capacity: 2 });
    const answers = [];
    await each(n, (at) => answers.push(client.tryReq(at)));
    return async () => {
      void (async () => {
        for await (const { msg, rctx } of server) rctx.reply(msg);
      })();
      await Promise.all(answers);
      client.close();
    };
  },

  async 'posts that were made before the capacity was known'(n) {
    const { port1, port2 } = new MessageChannel();
    const { Client } = await import('ump-ng');
    const client = Client.from(port1);
    await each(n, (at) => client.post(at));
    return async () => {
      const { server } = channel();
      server.accept(port2);
      for (let seen = 0; seen < n; seen++) await server.wait();
      client.close();
      server.close();
    };
  },

  async 'CANCELs for nothing, behind as many messages of others'(n) {
    const { server, client } = channel();
    await each(n, (at) => client.post(at));
    await queued(server, n);
    const port = raw(server);
    port.postMessage([REQ, 1, 'x']);
    await queued(server, n + 1);
    const run = async () => {
      await each(n, (at) => port.postMessage([CANCEL, at + 2]));
      port.postMessage([CANCEL, 1]);
      while (introspect(server).queued > n) await turn();
    };
    const end = () => {
      port.close();
      client.close();
      server.close();
    };
    return [run, end];
  },

  async 'requests of a hundred clients that die one by one'(n) {
    const { server, client } = channel();
    const ports = Array.from({ length: 100 }, () => raw(server));
    await each(n, (at) => ports[at % 100].postMessage([REQ, 1 + Math.floor(at / 100), at]));
    await queued(server, n);
    return async () => {
      for (const port of ports) port.close();
      while (isQueued(server)) await turn();
      client.close();
    };
  },

  async 'clients that die, each with ten requests'(n) {
    const { server, client } = channel();
    const ports = [];
    await each(n / 10, () => ports.push(raw(server)));
    await each(n, (at) =>
      ports[at % ports.length].postMessage([REQ, 1 + Math.floor(at / ports.length), at]),
    );
    await queued(server, n);
    return async () => {
      for (const port of ports) port.close();
      while (isQueued(server)) await turn();
      client.close();
    };
  },

  async 'wait() calls, given up by one signal'(n) {
    const { server, client } = channel();
    const controller = new AbortController();
    const { signal } = controller;
    const waits = [];
    await each(n, () => waits.push(server.wait({ signal }).catch(() => undefined)));
    return async () => {
      controller.abort();
      await Promise.all(waits);
      client.close();
    };
  },

  async 'calls that wait in a pool, given up by one signal'(n) {
    const workers = pool(() => spawn(stuck()), { size: 1, prefetchMs: 0 });
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [];
    await each(n, () => calls.push(workers.tryReq(['never', []], { signal })));
    return async () => {
      controller.abort();
      await Promise.all(calls);
      workers.kill();
    };
  },

  async 'calls that wait in a pool, given up by their timeouts'(n) {
    const workers = pool(() => spawn(stuck()), { size: 1, prefetchMs: 0 });
    const due = dueTogether(n);
    const calls = [];
    await each(n, () => calls.push(workers.tryReq(['never', []], { timeout: due.timeout() })));
    due.comes();
    return async () => {
      await Promise.all(calls);
      workers.kill();
    };
  },

  async 'requests whose server is lost'(n) {
    const { port1, port2 } = new MessageChannel();
    const { Client } = await import('ump-ng');
    const client = Client.from(port1);
    port2.postMessage(serverHello);
    await client.connected;
    const answers = [];
    await each(n, (at) => answers.push(client.tryReq(at)));
    return async () => {
      port2.close();
      await Promise.all(answers);
    };
  },

  async 'requests in the mailbox when the server closes'(n) {
    const { server, client } = channel();
    const answers = [];
    await each(n, (at) => answers.push(client.tryReq(at)));
    await queued(server, n);
    return async () => {
      server.close();
      await Promise.all(answers);
    };
  },

  async 'requests that wait for room when the server closes'(n) {
    const { server, client } = channel({ capacity: 1 });
    const answers = [];
    await each(n, (at) => answers.push(client.tryReq(at)));
    return async () => {
      server.close();
      await Promise.all(answers);
    };
  },

  async 'wait() calls when the server closes'(n) {
    const { server } = channel();
    const waits = [];
    await each(n, () => waits.push(server.wait().catch(() => undefined)));
    return async () => {
      server.close();
      await Promise.all(waits);
    };
  },

  async 'observed signals of requests whose caller dies'(n) {
    const { server, client } = channel();
    const port = raw(server);
    await each(n, (at) => port.postMessage([REQ, at + 1, at]));
    await queued(server, n);
    let aborted = 0;
    const contexts = [];
    for (let taken = 0; taken < n; taken++) {
      const { rctx } = server.tryPop();
      rctx.signal.addEventListener('abort', () => aborted++);
      contexts.push(rctx);
    }
    return async () => {
      port.close();
      while (aborted < n) await turn();
      contexts.length = 0;
      client.close();
    };
  },

  async 'calls that wait in a pool when it is killed'(n) {
    const workers = pool(() => spawn(stuck()), { size: 1, prefetchMs: 0 });
    const calls = [];
    await each(n, () => calls.push(workers.tryReq(['never', []])));
    return async () => {
      workers.kill();
      await Promise.all(calls);
    };
  },

  async 'callers that wait until a pool is ready, a tenth of it'(n) {
    const worker = actor({ req: { echo: (value) => value } });
    const workers = pool(() => spawn(worker), { size: 1, prefetchMs: 0, queue: 1 });
    const calls = [];
    const callWhenReady = async (value) => {
      for (;;) {
        await workers.ready();
        const result = await workers.tryReq(['echo', [value]]);
        if (result.ok || result.error.code !== 'MailboxFull') return;
      }
    };
    return async () => {
      await each(n / 10, (at) => calls.push(callWhenReady(at)));
      await Promise.all(calls);
      workers.kill();
    };
  },

  async 'clients of a server that moves, a tenth of it'(n) {
    const { server, client } = channel();
    const clients = [];
    await each(n / 10, () => clients.push(server.client()));
    await Promise.all(clients.map((each) => each.connected));
    return async () => {
      const moved = Server.from(server.transfer());
      void (async () => {
        for await (const { msg, rctx } of moved) rctx?.reply(msg);
      })();
      const answers = [];
      await each(clients.length, (at) => answers.push(clients[at].req('x')));
      await Promise.all(answers);
      await each(clients.length, (at) => clients[at].close());
      client.close();
    };
  },

  async 'requests in hand when the server closes, of clients a tenth as many'(n) {
    const { server, client } = channel();
    const clients = Array.from({ length: n / 10 }, () => server.client());
    const answers = [];
    await each(n, (at) => answers.push(clients[at % clients.length].tryReq(at)));
    await queued(server, n);
    const contexts = [];
    while (contexts.length < n) {
      const message = server.tryPop();
      if (message === undefined) await turn();
      else contexts.push(message.rctx);
    }
    return async () => {
      server.close();
      const { drained } = server;
      await each(n, (at) => contexts[at].reply(at));
      await drained;
      await Promise.all(answers);
      client.close();
    };
  },
};
