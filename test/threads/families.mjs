// Threads and the names of their families: each plays one part.
import { parentPort, workerData } from 'node:worker_threads';
import {
  joinRegistry,
  register,
  registeredNames,
  registryPort,
  serveWorker,
  spawnWorker,
  whenRegistered,
  whereis,
} from 'ump-ng/actors';

const codeOf = (promise) =>
  promise.then(
    () => 'none',
    ({ code }) => code,
  );

async function begin() {
  const names = await registryPort();
  parentPort.postMessage(names, [names]);
  // It goes on until somebody terminates it.
  parentPort.on('message', () => undefined);
}

async function join() {
  joinRegistry(workerData.names);
  await registeredNames();
  parentPort.postMessage('joined');
  while ((await codeOf(registeredNames())) === 'none');
  const child = spawnWorker(new URL(import.meta.url));
  parentPort.postMessage(await child.client.req('ask'));
  child.kill();
}

const ask = () =>
  serveWorker(() => (self) => ({
    req: async (_msg, rctx) => {
      const asked = [register('it', self), whereis('it'), whenRegistered('it'), registeredNames()];
      rctx.reply(await Promise.all(asked.map(codeOf)));
    },
  }));

/** Nobody tells it where the names are. */
async function alone() {
  void serveWorker(() => ({}));
  const controller = new AbortController();
  const waiting = [{ timeout: 1 }, { signal: controller.signal }].map((limits) =>
    codeOf(whenRegistered('it', limits)),
  );
  await waiting[0];
  controller.abort();
  parentPort.postMessage({ codes: await Promise.all(waiting) });
}

const parts = { begin, join, alone };
await (parts[workerData?.part] ?? ask)();
