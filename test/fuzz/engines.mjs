// `npm run fuzz:browsers`: the fuzzer in a page of each engine that is installed.
import { parseArgs } from 'node:util';
// Compiled from test/browsers by `npm run typecheck`.
import { engines, lacks } from '../../build/test/browsers/engines.js';
import { serveFuzzer } from '../../build/test/browsers/site.js';
import { addTotals } from './totals.mjs';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '20' },
    engine: { type: 'string', default: '' },
    role: { type: 'string', multiple: true },
    corpus: { type: 'string' },
    story: { type: 'string' },
  },
});

/** How long a page is used: what an engine does not collect makes it slow. */
const SECONDS_PER_PAGE = 15;

async function fuzz(page, url, name) {
  let failed = 0;
  const last = Number(options.seed) + Math.ceil(Number(options.seconds) / SECONDS_PER_PAGE);
  for (let seed = Number(options.seed); seed < last; seed++) {
    await page.goto(url);
    const seconds = Math.min(SECONDS_PER_PAGE, Number(options.seconds));
    const order = JSON.stringify({ seed, seconds, roles: options.role });
    const { stories, messages, byRole, findings, once } = await page.evaluate(
      `fuzz.search(${order})`,
    );
    if (options.corpus !== undefined) addTotals(options.corpus, byRole, `${name}, `);
    for (const { story, problems } of findings) {
      console.log(`\n${problems.join('\n')}\n  --story '${JSON.stringify(story)}'`);
    }
    failed += findings.length;
    console.log(
      `${name}, seed ${seed}: ${stories} stories, ${messages} messages, ${findings.length} findings, ${once.length} not repeated`,
    );
  }
  return failed;
}

async function playOne(page, url) {
  await page.goto(url);
  const wrong = await page.evaluate(`fuzz.play([${options.story}])`);
  console.log(wrong.join('\n') || 'nothing was wrong');
  return wrong.length;
}

const site = await serveFuzzer();
let failed = 0;
for (const engine of engines.filter(({ name }) => name.startsWith(options.engine))) {
  const missing = lacks(engine);
  if (missing.length > 0) {
    console.log(`${engine.name} IS NOT INSTALLED: ${missing.join(', ')}`);
    continue;
  }
  const browser = await engine.launch();
  try {
    const page = await browser.page();
    const url = `${site.origin}/fuzz.html`;
    failed += await (options.story === undefined
      ? fuzz(page, url, engine.name)
      : playOne(page, url));
  } finally {
    await browser.close();
  }
}
await site.close();
process.exitCode = failed === 0 ? 0 : 1;
