/** Pages made with React, Vue and Svelte, built by Vite and from its development server. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { serveFolder } from '../bundlers/serve.js';
import { engines, lacks, type Browser, type Page } from '../browsers/engines.js';
import { freePort } from '../browsers/engines/free-port.js';
import { Consumer, LONG, installed, missing, run, serve, tools } from './project.js';

if (installed('react', 'vue', 'svelte', 'vite')) suite();
else missing('react, vue, svelte, vite');

const vite = path.join(tools, 'vite/bin/vite.js');

/** The text of an element of the page, once it is this. */
const shows = (selector: string, text: string): string => `new Promise((resolve) => {
  const look = () => (document.querySelector('${selector}')?.textContent ?? '') === '${text}';
  const done = () => (observer.disconnect(), resolve(true));
  const observer = new MutationObserver(() => look() && done());
  observer.observe(document, { subtree: true, childList: true, characterData: true });
  if (look()) done();
})`;
/** Another thread has noticed it when this is true. */
const givenUp = (count: number): string => `(async () => {
  while ((await search().req.given()) < ${count});
  return search().req.given();
})()`;
const codeOf = (call: string): string => `${call}.then(String, ({ code }) => code)`;

function suite(): void {
  let consumer: Consumer;
  const folders = new Map<string, string>();
  const names = ['react', 'vue', 'svelte'];
  beforeAll(async () => {
    consumer = new Consumer();
    for (const name of names) {
      const folder = consumer.lay(name, 'app', name);
      folders.set(name, folder);
      const { code, output } = await run(process.execPath, [vite, 'build'], folder);
      if (code !== 0) throw new Error(output);
    }
  }, LONG);
  afterAll(() => consumer.remove());

  describe.each(engines)('$name', (engine) => {
    if (lacks(engine).length > 0) {
      missing(`${engine.name} IS`, lacks(engine).join(', '));
      return;
    }
    let browser: Browser;
    beforeAll(async () => {
      browser = await engine.launch();
    }, LONG);
    afterAll(() => browser.close(), LONG);

    /** With a page of the project open. */
    async function at(url: string, use: (page: Page) => Promise<void>): Promise<void> {
      const page = await browser.page();
      await page.goto(url);
      await page.evaluate(`new Promise((resolve) => {
        const look = () => ('setOwner' in window ? resolve(true) : setTimeout(look, 5));
        look();
      })`);
      await use(page);
    }
    async function built(name: string, use: (page: Page) => Promise<void>): Promise<void> {
      const site = await serveFolder(path.join(folders.get(name)!, 'dist'));
      try {
        await at(site.url, use);
      } finally {
        await site.close();
      }
    }

    test.each(names)(
      '%s: a call is cancelled when its component goes or its text changes',
      (name) =>
        built(name, async (page) => {
          await page.evaluate(`setText('rep')`);
          await page.evaluate(shows('#words', 'reply report'));
          await page.evaluate(`setText('*')`);
          await page.evaluate(`search().req.find('').then(() => setText('port'))`);
          await page.evaluate(shows('#words', 'port portal report'));
          expect(await page.evaluate(givenUp(1))).toBe(1);
          await page.evaluate(`setText('*')`);
          await page.evaluate(`search().req.find('').then(() => setText(undefined))`);
          expect(await page.evaluate(givenUp(2))).toBe(2);
        }),
      LONG,
    );

    test.each(names)(
      '%s: a worker of a component ends with it',
      (name) =>
        built(name, async (page) => {
          await page.evaluate('setOwner(true)');
          await page.evaluate(shows('#owner', 'started'));
          expect(await page.evaluate(`owned.at(-1).req.find('repo')`)).toEqual(['report']);
          await page.evaluate('setOwner(false)');
          await page.evaluate(shows('#owner', ''));
          expect(await page.evaluate(codeOf(`owned.at(-1).req.find('repo')`))).toBe(
            'ServerDisappeared',
          );
          expect(await page.evaluate('owned.length')).toBe(1);
        }),
      LONG,
    );

    test.each(['vue', 'svelte'])(
      '%s: a reactive object cannot be sent, its plain copy can',
      (name) =>
        built(name, async (page) => {
          expect(await page.evaluate(codeOf('countProxy()'))).toBe('DataClone');
          expect(await page.evaluate('countPlain()')).toBe(2);
        }),
      LONG,
    );

    test(
      'svelte: handles work in $state',
      () =>
        built('svelte', async (page) => {
          expect(await page.evaluate('heldInState()')).toEqual([
            ['report'],
            ['report'],
            ['report'],
          ]);
        }),
      LONG,
    );

    test(
      'react: StrictMode starts a worker of a component twice, and ends the first one',
      async () => {
        const folder = folders.get('react')!;
        const args = [vite, '--host=127.0.0.1', `--port=${await freePort()}`];
        const service = await serve(args, folder);
        try {
          await at(service.url, async (page) => {
            await page.evaluate('setOwner(true)');
            await page.evaluate(shows('#owner', 'started'));
            expect(await page.evaluate(`owned.at(-1).req.find('repo')`)).toEqual(['report']);
            const started = (await page.evaluate('owned.length')) as number;
            if (started > 1)
              expect(await page.evaluate(codeOf(`owned[0].req.find('repo')`))).toBe(
                'ServerDisappeared',
              );
            await page.evaluate(`setText('*')`);
            expect(await page.evaluate(givenUp(1))).toBe(1);
          });
        } finally {
          await service.stop();
        }
      },
      LONG,
    );

    test(
      'the development server replaces search.ts: its worker ends',
      async () => {
        const folder = folders.get('vue')!;
        const args = [vite, '--host=127.0.0.1', `--port=${await freePort()}`];
        const service = await serve(args, folder);
        const file = path.join(folder, 'search.ts');
        const before = readFileSync(file, 'utf8');
        try {
          await at(service.url, async (page) => {
            await page.evaluate(`window.old = search()`);
            await page.evaluate(`void (window.pending = old.req.find('*').catch(({ code }) => code))`);
            expect(await page.evaluate(`old.req.find('repo')`)).toEqual(['report']);
            writeFileSync(file, `${before}\n// changed\n`);
            expect(await page.evaluate('pending')).toBe('ServerDisappeared');
          });
        } finally {
          await service.stop();
          writeFileSync(file, before);
        }
      },
      LONG,
    );
  });
}
