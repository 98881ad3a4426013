/** Hostile messages in a page: what has once failed, and some new stories. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { LONG, testUnless, type Scene } from './engine-suite.js';
import type { Page } from './engines.js';
import { serveFuzzer, type Site } from './site.js';

const SECONDS = 5;
const regressions = 'test/fuzz/regressions.json';

/** Each story takes some seconds there, and nearly no time in the others; why is not known. */
const SLOW_ENGINE = 'WebKit';

export function fuzzed({ browser, engine }: Scene): void {
  describe('hostile messages', () => {
    let site: Site;
    let page: Page;
    beforeAll(async () => {
      site = await serveFuzzer();
      page = await browser().page();
      await page.goto(`${site.origin}/fuzz.html`);
    }, LONG);
    afterAll(() => site.close(), LONG);

    test(
      'that have once done harm',
      async () => {
        const all = JSON.parse(readFileSync(regressions, 'utf8')) as Record<string, unknown>;
        const stories = JSON.stringify(Object.values(all));
        expect(await page.evaluate(`fuzz.play(${stories})`)).toEqual([]);
      },
      LONG,
    );

    const slow = engine.name === SLOW_ENGINE ? 'takes minutes: npm run fuzz:browsers' : undefined;
    testUnless(slow, 'from a seed on', async () => {
      const seed = Math.floor(Math.random() * 1e9);
      const options = JSON.stringify({ seed, seconds: SECONDS });
      const found = `fuzz.search(${options}).then(({ findings }) => findings)`;
      expect({ seed, found: await page.evaluate(found) }).toEqual({ seed, found: [] });
    });
  });
}
