// A thread of the model test: takes handles over, carries out actions, and reports the results.
import { parentPort } from 'node:worker_threads';
import { Client, ReplyContext, Server } from 'ump-ng';

/** @type {Map<number, Client>} by stream */
const clients = new Map();
let server;
const held = [];

const tell = (report, transfer) => parentPort.postMessage(report, transfer);

/** Carries out the plan that the request contains. */
function treat({ name, plan, to }, rctx) {
  if (plan === 'reply') rctx.reply(name);
  else if (plan === 'fail') rctx.fail(name);
  else if (plan === 'drop') rctx[Symbol.dispose]();
  else if (plan === 'hold') held.push(() => rctx.reply(name));
  else {
    const port = rctx.transfer();
    const then = plan === 'hand on twice' ? 'hand on' : 'reply';
    tell({ type: 'handed on', port, to, msg: { name, plan: then, to } }, [port]);
  }
}

async function serve(host) {
  const here = server;
  for await (const message of here) {
    tell({ type: 'took', host, msg: message.msg });
    if (message.type === 'request') treat(message.msg, message.rctx);
  }
}

async function ask(client, msg) {
  const result = await client.tryReq(msg);
  const outcome = result.ok ? ['value', result.value] : [result.error.code, result.error.appError];
  tell({ type: 'settled', name: msg.name, outcome: outcome.filter((part) => part !== undefined) });
}

const ACTIONS = {
  'take server'({ port, host }) {
    server = Server.from(port);
    void serve(host);
  },
  'give server'() {
    const port = server.transfer();
    tell({ type: 'server', port }, [port]);
  },
  'take client'({ port, stream }) {
    clients.set(stream, Client.from(port));
  },
  'give client'({ stream }) {
    let port;
    try {
      port = clients.get(stream).transfer();
    } catch {
      // The server has closed, so the client cannot be transferred.
      tell({ type: 'client' });
      return;
    }
    clients.delete(stream);
    tell({ type: 'client', port }, [port]);
  },
  'take context'({ port, msg }) {
    treat(msg, ReplyContext.from(port));
  },
  ask: ({ stream, msg }) => ask(clients.get(stream), msg),
  post({ stream, msg }) {
    try {
      clients.get(stream).post(msg);
    } catch {
      // The server is gone.
    }
  },
  'answer all'() {
    for (const answer of held.splice(0)) answer();
  },
  forget() {
    for (const client of clients.values()) client.close();
    clients.clear();
    server?.close();
    server = undefined;
    held.length = 0;
    tell({ type: 'clean' });
  },
};

parentPort.on('message', (action) => ACTIONS[action.do](action));
