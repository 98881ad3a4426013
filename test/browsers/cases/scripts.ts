/** Threads that actors, pools and supervisors start from a script. */
import { pool, spawnWorker, supervise } from 'ump-ng/actors';
import { equal, fails, ok, throws } from '../../contract/assertions.js';
import { theme } from '../../contract/suite-dsl.js';
import { asyncDispose } from '../../contract/utilities.js';

const SCRIPT = '/actor.js';
type Question = number | 'init' | 'name';

export const scripts = theme('actors: scripts of Web Workers', (check) => {
  check('the options reach the Worker, which is a module', async () => {
    const worker = { name: 'doubler', credentials: 'same-origin' } as const;
    for (const script of [SCRIPT, new URL(SCRIPT, location.href)]) {
      const actor = spawnWorker<never, Question, unknown>(script, { init: 'x', worker });
      equal(await actor.client.req(4), 8);
      equal(await actor.client.req('name'), 'doubler');
      equal(await actor.client.req('init'), 'x');
      await actor[asyncDispose]();
    }
  });

  check('the option `type` has precedence', () => {
    const started: unknown[] = [];
    const { Worker } = globalThis;
    globalThis.Worker = function (script: unknown, options: unknown) {
      started.push([script, options]);
      throw new TypeError('as planned');
    } as never;
    try {
      const worker = { type: 'classic' } as const;
      throws(() => spawnWorker(SCRIPT, { worker }), 'InvalidArgument');
      throws(() => spawnWorker(SCRIPT), 'InvalidArgument');
    } finally {
      globalThis.Worker = Worker;
    }
    equal(started, [
      [SCRIPT, { type: 'classic' }],
      [SCRIPT, { type: 'module' }],
    ]);
    return Promise.resolve();
  });

  check('a TypeScript file is refused, because bundlers build no worker from its URL', () => {
    const urls = ['/a.ts', './a.mts', 'a.tsx?worker', 'data:video/mp2t;base64,bGV0'];
    const form = "spawnWorker(new Worker(new URL('./x.ts', import.meta.url), { type: 'module' }))";
    ok(throws(() => spawnWorker('a.ts'), 'InvalidArgument').message.includes(form), 'no advice');
    for (const url of [...urls, new URL('/a.cts#x', location.href)]) {
      throws(() => spawnWorker(url), 'InvalidArgument');
      throws(() => pool(url), 'InvalidArgument');
      throws(() => supervise({ a: { start: url } }), 'InvalidArgument');
    }
    // The name of a query is not that of a file; and this is what Vite's dev server builds.
    for (const url of ['/actor.js?of=a.ts', '/actor.ts?worker_file&type=module']) {
      const { client, kill } = spawnWorker(url);
      client.close();
      kill();
    }
    return Promise.resolve();
  });

  check('the error of a script that cannot be loaded names its URL, and what to do', async () => {
    for (const [script, shown] of [
      ['/nowhere.js', `${location.origin}/nowhere.js, `],
      ['nowhere.js', `${new URL('nowhere.js', location.href).href}, `],
      [new URL('/guest.html', location.href), `${location.origin}/guest.html, `],
      // A bundler that takes the script for an image or the like inlines it as it is.
      [`data:text/javascript,import'nowhere';${'/'.repeat(1000)}`, 'data:text/javascript,import'],
    ] as const) {
      const { client } = spawnWorker(script);
      for (const call of [client.req('early'), client.closed.then(() => client.req('late'))]) {
        const { message } = await fails(call, 'ServerDisappeared');
        ok(message.includes(shown), message);
        ok(message.includes('spawnWorker(new Worker(new URL('), message);
        ok(message.length < 500, `${message.length} characters`);
      }
    }
  });

  check('a pool starts its workers from a script', async () => {
    const init = { n: 1 };
    const worker = { name: 'worker' };
    const workers = pool<never, Question>(SCRIPT, { size: 2, init, worker });
    // Copied at the call.
    init.n = 2;
    equal(await workers.req(4), 8);
    equal(
      (await workers.reqAll('init')).map((result) => result.ok && result.value),
      [{ n: 1 }, { n: 1 }],
    );
    equal(await workers.req('name'), 'worker');
    await workers[asyncDispose]();
  });

  check('a supervisor starts a child from a script', async () => {
    const supervisor = supervise({ a: { start: SCRIPT, init: [1] } });
    equal(await supervisor.children.a.req('init'), [1]);
    await supervisor[asyncDispose]();
  });
});
