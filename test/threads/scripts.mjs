// Starts threads from a script, with options of its Worker; prints what arrives: scripts.test.ts.
import { isMainThread, SHARE_ENV, workerData } from 'node:worker_threads';
import { pool, serveWorker, spawnWorker, supervise } from 'ump-ng/actors';

const script = new URL(import.meta.url);

/** The code with which a second call of serveWorker() failed. */
let second;

/** What the thread knows of its options. */
const ANSWERS = {
  init: (init) => init,
  workerData: () => workerData,
  argv: () => process.argv.slice(2),
  env: () => process.env.SCRIPTS_TEST,
  execArgv: () => process.execArgv,
  second: () => second,
};

function runWorker() {
  serveWorker((init) => ({
    req: (name, rctx) => void rctx.reply(ANSWERS[name](init)),
    term: () => console.log('printed'),
  }));
  try {
    serveWorker({ never: () => undefined });
  } catch ({ code }) {
    second = code;
  }
}

async function runMain() {
  const init = { n: 1 };
  const worker = {
    workerData: { data: true },
    argv: ['an argument'],
    env: { SCRIPTS_TEST: 'an environment' },
    execArgv: ['--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: 40 },
  };
  const names = Object.keys(ANSWERS);
  const all = async (client) => Promise.all(names.map((name) => client.req(name)));
  const say = (...values) => console.log(JSON.stringify(values));

  const one = spawnWorker(script, { init, worker });
  say('spawnWorker()', await all(one.client), one.worker.resourceLimits.maxOldGenerationSizeMb);
  one.client.close();
  await one.done;

  const workers = pool(script.href.replace('file://', ''), { size: 2, init, worker });
  // Copied at the call.
  init.n = 2;
  for (const { value } of await workers.reqAll('init')) say('pool()', value);
  say('pool()', await all(workers));
  await workers.stop();

  const supervisor = supervise({ a: { start: script, init, worker } });
  say('supervise()', await all(supervisor.children.a));
  await supervisor.stop();

  process.env.SCRIPTS_TEST = 'shared';
  const silent = spawnWorker(script, { worker: { stdout: true, env: SHARE_ENV } });
  let output = '';
  silent.worker.stdout.on('data', (data) => (output += data));
  say('env', await silent.client.req('env'));
  silent.client.close();
  await silent.done;
  say('stdout', output);

  // Nothing reads its output, so it does not end by itself.
  const unread = spawnWorker(script, { worker: { stdout: true }, shutdown: 1 });
  unread.client.close();
  await unread.done;
  say('unread');

  const code = `require('ump-ng/actors').serveWorker(() => ({ req: (msg, rctx) => void rctx.reply(msg) }))`;
  const evaluated = spawnWorker(code, { worker: { eval: true } });
  say('eval', await evaluated.client.req('evaluated'));
  evaluated.client.close();
  await evaluated.done;

  for (const worker of [{ execArgv: ['--no-such-flag'] }, { workerData: () => 1 }]) {
    try {
      spawnWorker(script, { worker });
    } catch ({ code, cause }) {
      say('refused', code, cause.name);
    }
  }
}

if (isMainThread) await runMain();
else runWorker();
