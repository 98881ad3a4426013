/** Pages without a bundler: scripts from a server of files, an import map, a classic worker. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import path from 'node:path';
import { engines, lacks, type Browser } from '../browsers/engines.js';
import { serveFolder, type Served } from '../bundlers/serve.js';
import { root } from '../package/consumer.js';
import { Consumer, LONG, missing, run } from './project.js';
import { shows } from './shows.js';

const esbuild = path.join(root, 'node_modules/esbuild/bin/esbuild');
const once = ['ump-ng.mjs', '--bundle', '--minify', '--target=es2022'];

let consumer: Consumer;
let site: Served;
beforeAll(async () => {
  consumer = new Consumer();
  const folder = consumer.lay('.', 'no-bundler');
  for (const args of [
    [...once, '--format=esm', '--outfile=lib/ump-ng.mjs'],
    [...once, '--format=iife', '--global-name=ump', '--outfile=lib/ump-ng.classic.js'],
  ]) {
    const { code, output } = await run(esbuild, args, folder);
    if (code !== 0) throw new Error(output);
  }
  site = await serveFolder(folder);
}, LONG);
afterAll(async () => {
  await site.close();
  consumer.remove();
});

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

  test.each(['index', 'classic', 'mapped'])(
    '%s.html gets the answer of its worker',
    async (name) => {
      const page = await browser.page();
      await page.goto(new URL(`${name}.html`, site.url).href);
      expect(await page.evaluate(shows('body', 'Hello, world!'))).toBe(true);
    },
    LONG,
  );
});
