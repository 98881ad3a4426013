// Each case prints its events; the test checks them after the process has ended by itself.
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { channel, connect } from 'ump-ng';
import {
  pool,
  register,
  spawn,
  spawnWorker,
  supervise,
  whenRegistered,
  whereis,
} from 'ump-ng/actors';

const say = (...words) => console.log(...words);
const start = (role) =>
  new Worker(new URL('./exit-worker.mjs', import.meta.url), { workerData: role });
/** Nothing else would keep it, and the requests that wait for it, from being collected. */
const forever = new Promise(() => undefined);
/** Fires only if something else keeps the process alive. */
const ifStillHere = (act) => setTimeout(act, 300).unref();

/** Runs a worker without a client, and prints its messages. */
function watch(role, answer = () => undefined) {
  const worker = start(role);
  worker.on('message', (message) => {
    // Messages of the package arrive here as well; those of the worker are strings.
    if (typeof message !== 'string') return;
    say(message);
    if (message === 'still here') answer(worker);
  });
  worker.on('exit', (code) => say('worker exit', code));
}

/** A listener of the application; it gets the handshakes of the package as well. */
const hear = (message) => typeof message === 'string' && say(message);

/** Only the request keeps the process alive until it replies. */
const echo = () => ({
  req: (msg, rctx) => void setTimeout(() => rctx.reply(msg), 100).unref(),
});

const greet = (worker) => worker.postMessage('hi');

async function reconnects(worker) {
  const client = connect(worker, { reconnect: true });
  say(await client.req('answer'));
  const { closed } = client;
  client.post('close');
  const untilClosed = setInterval(() => undefined, 1000);
  await closed;
  clearInterval(untilClosed);
  say(await client.req('again'));
  ifStillHere(() => say('HELD'));
}

const CASES = {
  async 'an idle client'() {
    const client = connect(start('serves'));
    say(await client.req('answer'));
    ifStillHere(() => say('HELD'));
  },
  async 'a pending request'() {
    const client = connect(start('serves'));
    await client.connected;
    say(await client.req('answer'));
  },
  async 'a client that reconnects after unref()'() {
    const client = connect(start('serves again'), { reconnect: true });
    say(await client.req('answer'));
    const { closed } = client.unref();
    const untilClosed = setInterval(() => undefined, 1000);
    client.post('close');
    await closed;
    void client.req('HELD').then(say);
    clearInterval(untilClosed);
  },
  'an idle client that has reconnected': () => reconnects(start('serves again')),
  'an idle client that has reconnected to a Worker that the application has unref’d'() {
    const worker = start('serves again');
    worker.unref();
    return reconnects(worker);
  },
  'a request to a worker that has not loaded yet'() {
    void connect(start('serves')).req('answer').then(say);
  },
  'a worker that is connected to and never listens'() {
    connect(start('never listens'));
    ifStillHere(() => say('HELD'));
  },
  async 'the last client of a waiting server'() {
    const worker = start('serves');
    worker.on('message', (message) => typeof message === 'string' && say(message));
    worker.on('exit', (code) => say('worker exit', code));
    const client = connect(worker);
    say(await client.req('answer'));
    client.close();
    worker.ref();
  },
  'a server that is not awaited'() {
    const { client } = channel();
    client.post('x');
    ifStillHere(() => say('HELD'));
  },
  async 'a server that is awaited'() {
    const { server, client } = channel();
    ifStillHere(() => client.post('x'));
    say((await server.wait()).msg);
    ifStillHere(() => say('HELD'));
  },
  async 'an awaited server after unref()'() {
    const { server, client } = channel();
    void server
      .unref()
      .wait()
      .then((message) => message.rctx.reply(message.msg));
    // A pending request keeps the process alive nevertheless.
    say(await client.req('answer'));
    void server.wait();
    ifStillHere(() => say('HELD'));
  },
  'an awaited server after unref() and ref()'() {
    const { server, client } = channel();
    void server
      .unref()
      .ref()
      .wait()
      .then((message) => say(message.msg));
    ifStillHere(() => {
      say('still here');
      client.post('x');
    });
  },
  async 'names that are not awaited'() {
    const { client } = channel();
    await register('mine', client);
    if ((await whereis('mine')) !== undefined) say('found');
    ifStillHere(() => say('HELD'));
  },
  async 'a wait for a name'() {
    const { client } = channel();
    ifStillHere(() => {
      say('still here');
      void register('late', client);
    });
    await whenRegistered('late');
    say('found');
  },
  async 'a call that waits for its actor'() {
    const late = () =>
      new Promise((resolve) => {
        setTimeout(() => resolve(spawnWorker(start('is an actor'))), 100).unref();
      });
    const { children } = supervise({ late: { start: late } });
    say(await children.late.req('answer'));
    ifStillHere(() => say('HELD'));
  },
  async 'an idle actor that has a name'() {
    const { client } = spawnWorker(start('is an actor'), { init: 'named' });
    say(await client.req('answer'));
    await whenRegistered('named');
    ifStillHere(() => say('HELD'));
  },
  async 'an actor that has a name, and ends'() {
    const worker = start('is an actor');
    worker.on('exit', async (code) => {
      say('worker exit', code);
      say(await whereis('named'));
    });
    const { client, done } = spawnWorker(worker, { init: 'named' });
    await whenRegistered('named');
    client.post('over');
    await done;
    worker.ref();
  },
  async 'unref() with a request pending'() {
    const client = connect(start('serves')).unref();
    void client.req('answer').then(say);
    ifStillHere(() => say('HELD'));
  },
  async 'ref() of an idle client'() {
    const client = connect(start('serves')).ref();
    ifStillHere(() => {
      say('still here');
      client.unref();
      ifStillHere(() => say('HELD'));
    });
  },
  async 'close() after ref()'() {
    const client = connect(start('serves')).ref();
    await client.connected;
    client.close();
    ifStillHere(() => say('HELD'));
  },
  async 'an idle actor in a thread'() {
    const { client, done } = spawnWorker(new URL('./exit-worker.mjs', import.meta.url));
    say(await client.req('answer'));
    // Only an awaited `done` keeps the process alive.
    void done;
    ifStillHere(() => say('HELD'));
  },
  async 'an idle actor in this thread'() {
    const { client, done, started } = spawn(echo());
    await started;
    say(await client.req('answer'));
    void done;
    ifStillHere(() => say('HELD'));
  },
  async 'an actor in this thread whose end is awaited'() {
    const { client, done } = spawn(echo());
    ifStillHere(() => {
      say('still here');
      client.close();
    });
    say(await done);
  },
  async 'an actor in this thread with a request pending'() {
    const { client } = spawn(echo());
    say(await client.req('answer'));
    ifStillHere(() => say('HELD'));
  },
  'posts from one actor in this thread to another'() {
    const hop = (next) => spawn({ post: (n) => void (say(n), n > 0 && next().client.post(n - 1)) });
    const there = hop(() => back);
    const back = hop(() => there);
    there.client.post(5);
  },
  async 'a post to an idle actor in this thread'() {
    const { client } = spawn({ post: (msg) => say(msg), init: () => say('ready') });
    // Nothing else is left to do when it is sent.
    setTimeout(() => client.post('a post'), 100);
  },
  'an actor in this thread that works without end'() {
    const { client } = spawn({ post: () => forever });
    client.post(1);
    client.post(2);
    ifStillHere(() => say('HELD'));
  },
  async 'a supervised actor in this thread'() {
    const { children } = supervise({ a: { start: () => spawn(echo()) } });
    say(await children.a.req('answer'));
    ifStillHere(() => say('HELD'));
  },
  async 'a pool that stops actors in this thread that never end'() {
    const never = () => spawn({ req: () => forever });
    const workers = pool(never, { size: 1, shutdown: 1 });
    const call = workers.tryReq('never answered');
    await workers.stop();
    say((await call).error.code);
    ifStillHere(() => say('HELD'));
  },
  'a script with an invalid option'() {
    try {
      spawnWorker(new URL('./exit-worker.mjs', import.meta.url), { heartbeat: -1 });
    } catch ({ code }) {
      say(code);
    }
    ifStillHere(() => say('HELD'));
  },
  async 'an actor whose end is awaited'() {
    const worker = start('is an actor');
    worker.on('exit', (code) => say('worker exit', code));
    const { client, done } = spawnWorker(worker);
    client.post('over');
    say(await done);
    worker.ref();
  },
  async 'an actor whose client is closed at once'() {
    const { client, done } = spawnWorker(start('is an actor'));
    client.close();
    say(await done);
  },
  async 'a listener on a connected Worker'() {
    const worker = start('greets');
    worker.on('message', hear);
    const client = connect(worker);
    say(await client.req('answer'));
    worker.on('exit', (code) => say('worker exit', code));
    ifStillHere(() => worker.postMessage('over'));
  },
  async 'a listener that is added to a connected Worker'() {
    const worker = start('greets');
    const client = connect(worker);
    say(await client.req('answer'));
    worker.on('message', hear);
    ifStillHere(() => {
      say('still here');
      worker.off('message', hear);
      ifStillHere(() => say('HELD'));
    });
  },
  async 'a listener that is removed from a connected Worker'() {
    const worker = start('greets');
    worker.on('message', hear);
    const client = connect(worker);
    say(await client.req('answer'));
    worker.off('message', hear);
    ifStillHere(() => say('HELD'));
  },
  async 'a listener on a connected Worker that the application has unref’d'() {
    const worker = start('greets');
    worker.on('message', hear);
    worker.unref();
    const client = connect(worker);
    say(await client.req('answer'));
    ifStillHere(() => say('HELD'));
  },
  async 'a Worker that two copies of the package connect to'() {
    const other = createRequire(import.meta.url)('ump-ng');
    const worker = start('greets');
    for (const copy of [{ connect }, other]) say(await copy.connect(worker).req('answer'));
    ifStillHere(() => say('HELD'));
  },
  'listen() that is not awaited': () => watch('listens without a wait'),
  'listen() that is awaited': () => watch('waits for the first client', () => process.exit()),
  'a parent listened to before listen()': () => watch('hears its parent, then listens', greet),
  'a parent listened to after listen()': () => watch('listens, then hears its parent', greet),
  'a parent listened to long after': () => watch('listens, and hears its parent much later', greet),
};

await CASES[process.argv[2]]();
