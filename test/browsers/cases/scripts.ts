/** Threads that actors, pools and supervisors start from a script. */
import { pool, spawnWorker, supervise } from 'ump-ng/actors';
import { equal, throws } from '../../contract/assertions.js';
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
    for (const url of [...urls, new URL('/a.cts#x', location.href)]) {
      throws(() => spawnWorker(url), 'InvalidArgument');
      throws(() => pool(url), 'InvalidArgument');
      throws(() => supervise({ a: { start: url } }), 'InvalidArgument');
    }
    // The name of a query is not that of a file.
    const { client, kill } = spawnWorker('/actor.js?of=a.ts');
    client.close();
    kill();
    return Promise.resolve();
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
