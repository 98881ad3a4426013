/**
 * The builds in each browser engine: in the page, with its clock, their servers in dedicated
 * workers.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
// Compiled from test/browsers by `npm run typecheck`.
import { engines, lacks } from '../../../build/test/browsers/engines.js';
import { serveBundles } from '../../../build/test/browsers/site.js';
import { table } from '../table.mjs';

const NAMES = ['old', 'control', 'new'];
const bench = path.resolve('test/bench');
const from = (file) => JSON.stringify(path.join(bench, file));

/** The page has all builds beside one another. */
const page = `
${NAMES.map((name) => `import { connect as ${name}Connect } from './${name}/dist/index.js';`).join('\n')}
import { callWith } from ${from('call-with.mjs')};
import { compare } from ${from('measure.mjs')};
import { scenarios } from ${from('scenarios.mjs')};

const connects = { ${NAMES.map((name) => `${name}: ${name}Connect`).join(', ')} };

const contender = (name) => ({
  name,
  open: async (mode) => {
    const worker = new Worker('/worker-' + name + '.js#' + mode, { type: 'module' });
    const client = connects[name](worker);
    await client.connected;
    return { ...callWith(client), close: async () => worker.terminate() };
  },
});

globalThis.bench = ({ scenario, name, effort }) => {
  const found = scenarios.find((each) => each.name === scenario);
  const timed = { ...found, measure: 'time', bound: undefined };
  return compare(timed, contender('old'), contender(name), effort);
};
`;

const worker = (name) => `
import { listen } from './${name}/dist/index.js';
import { answer } from ${from('contenders/answer.mjs')};
import { service } from ${from('service.mjs')};

const work = service(location.hash.slice(1));
for await (const message of listen()) answer(work, message);
`;

function writeScripts(folder) {
  const sources = new Map([['page', page]]);
  for (const name of NAMES) sources.set(`worker-${name}`, worker(name));
  const scripts = new Map();
  for (const [name, source] of sources) {
    const file = path.join(folder, `${name}.mjs`);
    writeFileSync(file, source);
    scripts.set(name, file);
  }
  return scripts;
}

export async function inBrowsers(folder, { isWanted, scenarios, effort }) {
  const wanted = engines.filter(({ name }) => isWanted(name));
  if (wanted.length === 0) return;
  const site = await serveBundles(writeScripts(folder));
  for (const engine of wanted) {
    if (lacks(engine).length > 0) {
      console.log(`${engine.name} IS NOT INSTALLED\n`);
      continue;
    }
    const browser = await engine.launch();
    const tab = await browser.page();
    await tab.goto(`${site.origin}/page.html`);
    const results = [];
    for (const scenario of scenarios) {
      for (const name of ['control', 'new']) {
        const order = { scenario, name, effort: { ...effort, warmUp: 800 } };
        const result = await tab.evaluate(`bench(${JSON.stringify(order)})`);
        results.push({ ...result, bound: undefined });
      }
    }
    await browser.close();
    console.log(`${engine.name}\n\n${table(results, 'old', 'time')}\n`);
  }
  await site.close();
}
