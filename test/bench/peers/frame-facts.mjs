// The same as facts.mjs between a page and a frame of another origin, in each browser engine that
// is installed. Every cell is observed in a page of its own.
import { parseArgs } from 'node:util';
// Compiled from test/browsers by `npm run typecheck`.
import { engines, lacks } from '../../../build/test/browsers/engines.js';
import { serveBundles } from '../../../build/test/browsers/site.js';
import { WATCHED } from './probes.mjs';

const PEERS = ['ump-ng', 'ump-ng, reconnect', 'penpal', 'comlink'];

const { values: options } = parseArgs({ options: { engine: { type: 'string', default: '' } } });

const scripts = {
  page: './frames/page.mjs',
  frame: './frames/frame.mjs',
  broken: './broken-worker.mjs',
};
const site = await serveBundles(
  new Map(
    Object.entries(scripts).map(([name, file]) => [name, new URL(file, import.meta.url).pathname]),
  ),
);
for (const engine of engines) {
  if (!engine.name.toLowerCase().includes(options.engine.toLowerCase())) continue;
  if (lacks(engine).length > 0) {
    console.log(`${engine.name} IS NOT INSTALLED\n`);
    continue;
  }
  const browser = await engine.launch();
  const page = await browser.page();
  const inNewPage = async (expression) => {
    await page.goto(`${site.origin}/page.html`);
    return page.evaluate(expression);
  };
  console.log(`${engine.name}; a call is watched for ${WATCHED / 1000} s.\n`);
  console.log(`| | ${PEERS.join(' | ')} |`);
  console.log(`| --- |${' --- |'.repeat(PEERS.length)}`);
  for (const name of await inNewPage('names')) {
    const cells = [];
    for (const peer of PEERS) {
      cells.push(await inNewPage(`observe(${JSON.stringify(peer)}, ${JSON.stringify(name)})`));
    }
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
  console.log('');
  await browser.close();
}
await site.close();
