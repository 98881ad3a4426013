// Messages of the application, some of which cannot be deserialized, beside blocking calls.
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { connect, listen } from 'ump-ng';
import { reqSync } from 'ump-ng/sync';

/** A worker can send this, but its parent cannot deserialize it. */
const linked = () => {
  let list = {};
  for (let n = 0; n < 5000; n++) list = { next: list };
  return list;
};

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (data) => console.log(Array.isArray(data) ? 'a signal' : data));
  worker.on('messageerror', (error) => console.log('messageerror', error instanceof Error));
  const after = () =>
    new Promise((resolve) => {
      worker.on('message', (data) => data === 'after' && resolve());
    });
  const client = connect(worker);
  // A client does not keep the worker's parent alive.
  worker.ref();
  console.log(reqSync(client, 'blocks'));
  // Now with events.
  await after();
  await Promise.all([client.req('again'), after()]);
  worker.postMessage('end');
} else {
  parentPort.on('message', (word) => {
    if (word === 'end') process.exit();
  });
  const post = () => {
    parentPort.postMessage('before');
    parentPort.postMessage(linked());
    parentPort.postMessage('after');
  };
  for await (const { msg, rctx } of listen()) {
    post();
    rctx.reply(msg);
  }
}
