/** Runs the programs of the migration guides, "before" and "after", and compares their logs. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import path from 'node:path';
import { logs, pagePrograms, writePagePrograms } from '../docs/page-programs.js';
import { LONG, type Scene } from './engine-suite.js';
import { serveBundles, type Site } from './site.js';

/**
 * The documents' placeholders for the origins of a page and its frames: here two names of one
 * server.
 */
const ADDRESS = /'https:\/\/(shop|widgets)\.example(?:\/([^']*))?'/g;

function addresses(code: string): string {
  return code.replaceAll(ADDRESS, (_, who: string, file?: string) => {
    const names = who === 'shop' ? `'localhost', '127.0.0.1'` : `'127.0.0.1', 'localhost'`;
    const url = file === undefined ? 'location.origin' : `new URL('${file}', import.meta.url).href`;
    return `${url}.replace(${names})`;
  });
}

export function guides({ engine, browser }: Scene): void {
  describe('guides', () => {
    let site: Site;
    beforeAll(async () => {
      const files = writePagePrograms(engine.name, addresses);
      const scripts = files.map((file): [string, string] => {
        const name = path.basename(file, '.ts');
        return [`${path.basename(path.dirname(file))}/${name}`, file];
      });
      site = await serveBundles(
        new Map([...scripts, ['guide', path.resolve('test/browsers/pages/guide.ts')]]),
      );
    }, LONG);
    afterAll(() => site.close());

    test.each(pagePrograms)(
      'the program %s logs what its document says',
      async (name) => {
        const page = await browser().page();
        await page.goto(`${site.origin}/guide.html`);
        const logged = await page.evaluate(`run(${JSON.stringify(`/${name}/main.js`)})`);
        expect(logged).toBe(logs.get(name));
      },
      LONG,
    );
  });
}
