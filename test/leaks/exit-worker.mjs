// The workers of exit.mjs; workerData names the role.
import { parentPort, workerData } from 'node:worker_threads';
import { listen } from 'ump-ng';
import { register, serveWorker, stop } from 'ump-ng/actors';

/** A timer without a ref: it fires only if something else keeps this thread alive. */
const ifStillHere = (act) => setTimeout(act, 100).unref();
const echoOnce = (message) => {
  parentPort.postMessage(`echo ${message}`);
  parentPort.off('message', echoOnce);
};

async function serve(server) {
  for await (const message of server) {
    if (message.type === 'request') setTimeout(() => message.rctx.reply(message.msg), 100);
  }
  parentPort.postMessage('loop ended');
}

const ROLES = {
  serves: () => serve(listen()),
  async 'serves again'() {
    for (;;) {
      const server = listen();
      for await (const message of server) {
        if (message.type === 'post') server.close();
        else setTimeout(() => message.rctx.reply(message.msg), 100);
      }
    }
  },
  'is an actor': () =>
    serveWorker((name) => ({
      init: (self) => name && register(name, self),
      post: (msg) => stop(msg),
      req: (msg, rctx) => void rctx.reply(msg),
    })),
  greets() {
    const server = listen();
    void serve(server);
    parentPort.once('message', function hear(message) {
      if (typeof message !== 'string') parentPort.once('message', hear);
      else process.exit();
    });
  },
  'never listens'() {
    setInterval(() => undefined, 1000);
  },
  'listens without a wait'() {
    listen();
    ifStillHere(() => parentPort.postMessage('still here'));
  },
  'waits for the first client'() {
    void serve(listen());
    ifStillHere(() => parentPort.postMessage('still here'));
  },
  'hears its parent, then listens'() {
    parentPort.on('message', echoOnce);
    listen();
    ifStillHere(() => parentPort.postMessage('still here'));
  },
  'listens, then hears its parent'() {
    listen();
    parentPort.on('message', echoOnce);
    ifStillHere(() => parentPort.postMessage('still here'));
  },
  'listens, and hears its parent much later'() {
    listen();
    setImmediate(() => {
      parentPort.on('message', echoOnce);
      ifStillHere(() => parentPort.postMessage('still here'));
    });
  },
};

ROLES[workerData ?? 'is an actor']();
