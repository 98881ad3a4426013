// Runs the system in a page of a browser engine.
import path from 'node:path';
// Compiled from test/browsers by `npm run typecheck`.
import { engines, lacks } from '../../../build/test/browsers/engines.js';
import { serveBundles } from '../../../build/test/browsers/site.js';
import { memoryOfDescendants } from './process-memory.mjs';

const THREADS = ['hub', 'host', 'pool-worker', 'child', 'visitor'];

const serve = () =>
  serveBundles(
    new Map([
      ['page', path.join(import.meta.dirname, 'page.mjs')],
      ...THREADS.map((name) => [
        name,
        path.join(import.meta.dirname, `../system/threads/${name}.mjs`),
      ]),
    ]),
  );

export async function openBrowser(name, options) {
  const engine = engines.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (engine === undefined) throw new Error(`there is no engine ${name}`);
  const missing = lacks(engine);
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`);
  // WebKit has no other way to collect garbage on demand.
  process.env.JSC_useDollarVM = '1';
  const site = await serve();
  const browser = await engine.launch();
  const page = await browser.page();
  await page.goto(`${site.origin}/page.html`);
  const run = (action, value) =>
    page.evaluate(`soak(${JSON.stringify(action)}, ${JSON.stringify(value)})`);
  const close = async () => {
    await browser.close();
    await site.close();
  };
  await run('start', options);
  const host = {
    load: (ms) => run('load', ms),
    async sample() {
      const { counts, locks } = await run('sample');
      if (page.heap !== undefined) counts.main.heap = await page.heap();
      return { counts, process: { memory: memoryOfDescendants(), locks } };
    },
    take: () => run('take'),
    async close() {
      await run('stop');
      await close();
    },
    kill: close,
  };
  return { place: engine.name, host };
}
