/** Pages made with React, Vue and Svelte, built by Vite and from its development server. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { serveFolder } from '../bundlers/serve.js';
import { engines, lacks, type Browser, type Page } from '../browsers/engines.js';
import { freePort } from '../browsers/engines/free-port.js';
import { tsc } from '../package/consumer.js';
import { Consumer, LONG, installed, missing, run, serve, tools } from './project.js';
import { shows } from './shows.js';

if (installed('react', 'vue', 'svelte', 'vite')) suite();
else missing('react, vue, svelte, vite');

const vite = path.join(tools, 'vite/bin/vite.js');

/** Fulfils once `count` calls of the worker have begun (`endless`), or are given up (`given`). */
const counted = (what: 'endless' | 'given', count: number): string => `(async () => {
  while ((await search().req.counts()).${what} < ${count});
  return (await search().req.counts()).${what};
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

  test(
    'the sources for React and for Next compile',
    async () => {
      const folder = consumer.lay('next', 'next');
      const compilerOptions = {
        target: 'es2022',
        module: 'esnext',
        moduleResolution: 'bundler',
        lib: ['es2022', 'dom'],
        types: ['vite/client'],
        jsx: 'react-jsx',
        strict: true,
        noEmit: true,
      };
      const include = ['react/*.ts', 'react/*.tsx', 'next/app'];
      const config = path.join(folder, '../tsconfig.json');
      writeFileSync(config, JSON.stringify({ compilerOptions, include }));
      const { output } = await run(process.execPath, [tsc, '--project', config], folder);
      expect(output).toBe('');
    },
    LONG,
  );

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
          await page.evaluate(counted('endless', 1));
          await page.evaluate(`setText('port')`);
          await page.evaluate(shows('#words', 'port portal report'));
          expect(await page.evaluate(counted('given', 1))).toBe(1);
          await page.evaluate(`setText('*')`);
          await page.evaluate(counted('endless', 2));
          await page.evaluate(`setText(undefined)`);
          expect(await page.evaluate(counted('given', 2))).toBe(2);
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

    /** With a page of the project's development server, and the project's folder. */
    async function developed(
      name: string,
      use: (page: Page, folder: string) => Promise<void>,
    ): Promise<void> {
      const folder = folders.get(name)!;
      const args = [vite, '--host=127.0.0.1', `--port=${await freePort()}`];
      const service = await serve(args, folder);
      try {
        await at(service.url, (page) => use(page, folder));
      } finally {
        await service.stop();
      }
    }

    test(
      'react: StrictMode starts the worker of a component twice, and ends the first one',
      () =>
        developed('react', async (page) => {
          await page.evaluate(`(() => {
            window.started = [];
            window.Worker = class extends Worker {
              constructor(...args) { super(...args); started.push(this); }
              terminate() { this.ended = true; super.terminate(); }
            };
          })()`);
          await page.evaluate('setOwner(true)');
          await page.evaluate(shows('#owner', 'started'));
          expect(await page.evaluate(`owned.at(-1).req.find('repo')`)).toEqual(['report']);
          expect(await page.evaluate('started.map(({ ended }) => ended === true)')).toEqual([
            true,
            false,
          ]);
        }),
      LONG,
    );

    test(
      'the development server reloads the page when search.ts changes',
      () =>
        developed('vue', async (page, folder) => {
          await page.evaluate('void (window.before = true)');
          expect(await page.evaluate(`search().req.find('repo')`)).toEqual(['report']);
          const file = path.join(folder, 'search.ts');
          writeFileSync(file, `${readFileSync(file, 'utf8')}\n// changed\n`);
          // An evaluation fails while the page is being replaced.
          while ((await page.evaluate('window.before').catch(() => true)) === true);
        }),
      LONG,
    );
  });
}
