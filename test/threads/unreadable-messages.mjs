// The user's own messages, some of which cannot be read, beside calls that block.
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { connect, listen } from 'ump-ng';
import { reqSync } from 'ump-ng/sync';

/** A worker can send this, and its parent cannot read it. */
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
  // A worker that is connected to does not keep the process open.
  worker.ref();
  console.log(reqSync(client, 'blocks'));
  // Now by events.
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
