import { connect } from 'ump-ng';
import { pool, remote, spawnWorker } from 'ump-ng/actors';

const start = () =>
  spawnWorker<typeof import('./actor.js')>(
    new Worker(new URL('./actor.js', import.meta.url), { type: 'module' }),
  );
const doubled = remote(start()).req.double(21);
const workers = pool(start, { size: 2 });

const worker = new Worker(new URL('./w.js', import.meta.url), { type: 'module' });
const client = connect<never, number, number, string>(worker);
const answer = client.req(21);

// For the console of the browser, and for the test of this page.
const pooled = remote(workers).req.double(21);
const call = (url: URL) =>
  remote<typeof import('./actor.js')>(spawnWorker<typeof import('./actor.js')>(url)).req.double(21);
const fromTypeScript = () => call(new URL('./actor.ts', import.meta.url));
const fromJavaScript = () => call(new URL('./actor.js', import.meta.url));
Object.assign(globalThis, {
  worker,
  client,
  answer,
  doubled,
  pooled,
  fromTypeScript,
  fromJavaScript,
});
