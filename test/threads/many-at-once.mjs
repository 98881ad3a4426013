// What many calls that end together need to be settled, where the event loop does not turn or has
// nothing else to do. One case per process.
import { MessageChannel, Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Client, channel } from 'ump-ng';
import { introspect, pool } from 'ump-ng/actors';
import { reqSync } from 'ump-ng/sync';

const MANY = 5000;
/** Never settles. */
const forever = new Promise(() => undefined);

/** A blocking call comes last, behind as many that are awaited, when the server's thread dies. */
async function blocks() {
  const worker = new Worker(new URL(import.meta.url), { workerData: 'server' });
  const [port] = await new Promise((resolve) => worker.once('message', resolve));
  const client = Client.from(port);
  await client.connected;
  const answers = Array.from({ length: MANY }, (_, at) => client.tryReq(at));
  try {
    reqSync(client, 'exit');
  } catch (error) {
    console.log(error.code);
  }
  const codes = new Set((await Promise.all(answers)).map(({ error }) => error.code));
  console.log(...codes);
}

function serve() {
  const { port1, port2 } = new MessageChannel();
  const server = channel().server;
  server.accept(port1);
  parentPort.postMessage([port2], [port2]);
  void (async () => {
    for await (const { msg } of server) if (msg === 'exit') process.exit();
  })();
}

/** Nothing but the reports keeps this process alive. */
async function reportsPosts() {
  let dropped = 0;
  const { server, client } = channel({ onDropped: () => dropped++ });
  for (let at = 0; at < MANY; at++) client.post(at);
  while (introspect(server).queued < MANY) await new Promise(setImmediate);
  server.close();
  client.close();
  process.on('exit', () => {
    console.log(dropped);
  });
}

function reportsPostsOfPool() {
  let dropped = 0;
  const workers = pool(() => forever, { onDropped: () => dropped++ });
  for (let at = 0; at < MANY; at++) workers.post(at);
  workers.kill();
  process.on('exit', () => {
    console.log(dropped);
  });
}

if (workerData === 'server' && !isMainThread) serve();
else await { blocks, reportsPosts, reportsPostsOfPool }[process.argv[2]]();
