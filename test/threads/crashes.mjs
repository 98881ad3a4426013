// Workers that crash, and parents that can or cannot notice; crashes.test.ts checks the console.
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { connect, listen } from 'ump-ng';
import { pool, serveWorker, spawnWorker, supervise } from 'ump-ng/actors';

const file = new URL(import.meta.url);
const start = (role) => new Worker(file, { workerData: role });
const once = { intensity: { restarts: 0, within: 1000 } };

const ROLES = {
  listens() {
    const server = listen();
    void (async () => {
      for await (const message of server) if (message.type === 'post') crash();
    })();
  },
  acts: () => serveWorker(() => ({ post: crash, req: crash })),
  'acts not': () =>
    serveWorker(() => {
      throw new RangeError('as planned');
    }),
  'crashes at once': crash,
};

function crash() {
  setTimeout(() => {
    throw new RangeError('as planned');
  });
}

const exit = (worker) => new Promise((resolve) => worker.once('exit', resolve));
const posted = (client) => client.post('crash');

const CASES = {
  async 'connected, and only posted to'() {
    const worker = start('listens');
    const over = exit(worker);
    posted(connect(worker));
    worker.ref();
    await over;
  },
  async 'connected, and taken up before'() {
    const worker = start('listens');
    const over = exit(worker);
    const client = connect(worker);
    await client.connected;
    posted(client);
    worker.ref();
    await over;
  },
  async 'only listened to'() {
    const worker = start('crashes at once');
    const over = exit(worker);
    listen(worker);
    worker.ref();
    await over;
  },
  async 'spawned, and only posted to'() {
    const { client, worker } = spawnWorker(start('acts'));
    const over = exit(worker);
    posted(client);
    worker.ref();
    await over;
  },
  async 'an actor that cannot be made'() {
    const { client, worker } = spawnWorker(start('acts not'));
    const over = exit(worker);
    posted(client);
    worker.ref();
    await over;
  },
  async 'in a pool without onEvent'() {
    const workers = pool(() => spawnWorker(start('acts')), { size: 1, ...once });
    posted(workers);
    await workers.done.catch(() => undefined);
  },
  async 'under a supervisor without onEvent'() {
    const supervisor = supervise({ a: { start: () => spawnWorker(start('acts')) } }, once);
    posted(supervisor.children.a);
    await supervisor.done.catch(() => undefined);
  },

  async 'with a call pending'() {
    const worker = start('listens');
    const client = connect(worker);
    const call = client.tryReq('crash');
    posted(client);
    console.log((await call).error.cause.message);
  },
  async 'with closed looked at'() {
    const worker = start('listens');
    const client = connect(worker);
    const over = exit(worker);
    void client.closed.then(({ cause }) => console.log(cause.message));
    posted(client);
    worker.ref();
    await over;
  },
  async 'with a listener of the user'() {
    const worker = start('listens');
    const over = exit(worker);
    worker.on('error', ({ message }) => console.log(message));
    posted(connect(worker));
    worker.ref();
    await over;
  },
  async 'with done awaited'() {
    const { client, done } = spawnWorker(start('acts'));
    posted(client);
    await done.catch(({ cause }) => console.log(cause.message));
  },
  async 'with a call of an actor pending'() {
    const { client, worker } = spawnWorker(start('acts'));
    const over = exit(worker);
    console.log((await client.tryReq('crash')).error.cause.message);
    worker.ref();
    await over;
  },
  async 'with a call of an actor that cannot be made'() {
    const { client } = spawnWorker(start('acts not'));
    console.log((await client.tryReq('crash')).error.cause.message);
  },
  async 'in a pool with onEvent'() {
    const onEvent = ({ type, error }) => type === 'ended' && console.log(error.cause.message);
    const workers = pool(() => spawnWorker(start('acts')), { size: 1, onEvent, ...once });
    posted(workers);
    await workers.done.catch(() => undefined);
  },
  async 'killed on purpose'() {
    const { client, worker, kill } = spawnWorker(start('acts'));
    await client.connected;
    const over = exit(worker);
    kill();
    await over;
    console.log('as planned');
  },
};

if (isMainThread) await CASES[process.argv[2]]();
else ROLES[workerData]();
