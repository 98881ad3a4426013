/**
 * The package as it would be published, in projects as its users have them. Each is built by a
 * bundler and opened in the engines, where a page sends requests to its worker.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { engines, lacks, type Browser, type Page } from '../browsers/engines.js';
import { installPacked, tsc } from '../package/consumer.js';
import { build, bundles, installed, lay, lendTools, runAlone, servers } from './bundles.js';
import { serveFolder, serveProject, type Served } from './serve.js';

/** For a busy machine; it does not measure speed. */
const LONG = 120_000;

/** What bundlers build, as errors show it. */
const FORM = "spawnWorker(new Worker(new URL('./x.ts', import.meta.url), { type: 'module' }))";

/** What that function of the page returns, or the code and the message of its error. */
const outcome = (name: string): string =>
  `(async () => ${name}())().catch(({ code, message }) => [code, message])`;

/** In CI, which must test everything, a missing tool is a failure. */
function missing(what: string, cure: string): void {
  const message = `${what}: ${cure}`;
  if (process.env['CI']) test(message, () => expect(message).toBe('installed'));
  else test.skip(message, () => {});
}

/** Outside the project, so that only the installation leads to the package. */
let outer = '';
let consumer = '';
const folders = new Map<string, string>();

if (installed) suite();
else missing('THE BUNDLERS ARE NOT INSTALLED, nothing was tested with them', 'npm run test:tools');

function suite(): void {
  beforeAll(() => {
    outer = mkdtempSync(path.join(tmpdir(), 'ump-ng-bundlers-'));
    consumer = path.join(outer, 'consumer');
    mkdirSync(consumer);
    lendTools(outer);
    installPacked(consumer);
    for (const each of [...bundles, ...servers]) folders.set(each.name, lay(each, consumer));
  }, LONG);
  afterAll(() => rmSync(outer, { recursive: true, force: true }));

  test.each(bundles)(
    '$name builds without a warning',
    async (each) => {
      const { output, failed } = await build(each, folders.get(each.name)!);
      expect(output).toMatch(each.clean);
      expect(failed).toBe(false);
    },
    LONG,
  );

  test.each(['esbuild', 'Rollup', 'webpack', 'Vite'])(
    'Client alone, built by %s for browsers, works, and has nothing of Node in it',
    async (bundler) => {
      const folder = path.join(consumer, 'alone');
      mkdirSync(folder, { recursive: true });
      expect(await runAlone(bundler, folder)).toEqual({ reply: 42, words: [] });
    },
    LONG,
  );

  test(
    'the sources compile',
    async () => {
      const compilerOptions = {
        target: 'es2022',
        module: 'esnext',
        moduleResolution: 'bundler',
        lib: ['es2022', 'dom'],
        types: [],
        strict: true,
        noEmit: true,
      };
      const config = path.join(consumer, 'tsconfig.json');
      writeFileSync(config, JSON.stringify({ compilerOptions, include: ['*/*.ts'] }));
      const output = await new Promise((resolve) => {
        execFile(process.execPath, [tsc, '--project', config], (_error, stdout) => resolve(stdout));
      });
      expect(output).toBe('');
    },
    LONG,
  );

  describe.each(engines)('$name', (engine) => {
    const lacking = lacks(engine);
    if (lacking.length > 0) {
      missing(`${engine.name} IS NOT INSTALLED, no bundle was tested in it`, lacking.join(', '));
      return;
    }

    let browser: Browser;
    beforeAll(async () => {
      browser = await engine.launch();
    }, LONG);
    afterAll(() => browser.close(), LONG);

    describe.each([...bundles, ...servers])('built by $name', (each) => {
      let page: Page;
      let site: Served;
      beforeAll(async () => {
        const folder = folders.get(each.name)!;
        site = servers.includes(each)
          ? await serveProject(each, folder)
          : await serveFolder(path.join(folder, each.page));
        page = await browser.page();
        await page.goto(site.url);
      }, LONG);
      afterAll(() => site.close());

      test(
        'a worker replies to its page, fails a request, and is terminated',
        async () => {
          expect(await page.evaluate('answer')).toBe(42);
          expect(await page.evaluate('client.tryReq(-1).then(({ error }) => error.appError)')).toBe(
            'negative',
          );
          expect(
            await page.evaluate(
              '(worker.terminate(), client.tryReq(1).then(({ error }) => error.code))',
            ),
          ).toBe('ServerDisappeared');
        },
        LONG,
      );

      test(
        'methods are called in a worker and in a pool',
        async () => {
          expect(await page.evaluate('Promise.all([doubled, pooled])')).toEqual([42, 42]);
          if (each.project === 'vite') expect(await page.evaluate('imported')).toBe(42);
        },
        LONG,
      );

      test(
        'the URL of a TypeScript file is refused everywhere, with the form that is built',
        async () => {
          const [code, message] = (await page.evaluate(outcome('fromTypeScript'))) as string[];
          expect(code).toBe('InvalidArgument');
          expect(message).toContain(FORM);
        },
        LONG,
      );

      test(
        each.runsUrl
          ? 'the URL of a JavaScript file runs'
          : 'the URL of a JavaScript file does not run, and the error names it and the form',
        async () => {
          const result = await page.evaluate(outcome('fromJavaScript'));
          if (each.runsUrl) expect(result).toBe(42);
          else {
            const [code, message] = result as string[];
            expect(code).toBe('ServerDisappeared');
            expect(message).toMatch(/failed to start: (http:\S+\.js|data:text\/javascript\S+),/);
            expect(message).toContain(FORM);
          }
        },
        LONG,
      );
    });
  });
}
