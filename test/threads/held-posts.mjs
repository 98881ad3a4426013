// Held posts keep their thread alive, and are sent while it blocks. One case per process.
import { MessageChannel, Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Client, channel } from 'ump-ng';
import { reqSync } from 'ump-ng/sync';

if (isMainThread) {
  const { server, client } = channel({ capacity: 1 });
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { port: port2, how: process.argv[2] },
    transferList: [port2],
  });
  // Before that it does not know the capacity.
  await new Promise((resolve) => worker.once('message', resolve));
  server.accept(port1);
  client.close();
  const seen = [];
  for await (const { msg, rctx } of server) {
    if (rctx === undefined) seen.push(msg);
    else rctx.reply('all are there');
  }
  console.log(seen.join());
} else {
  const { port, how } = workerData;
  const client = Client.from(port);
  for (let n = 1; n <= 5; n++) client.post(n);
  parentPort.postMessage('posted');
  if (how === 'blocks') reqSync(client, 'are they?');
  if (how === 'closes') client.close();
}
