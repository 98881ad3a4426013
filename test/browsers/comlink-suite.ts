/** Comlink's own tests, with ump-ng/comlink in its place. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeSuite } from '../comlink/suite.js';
import { LONG, type Scene } from './engine-suite.js';
import { serveBundles, type Site } from './site.js';

export function comlinkSuite({ engine, browser }: Scene): void {
  describe('comlink', () => {
    let site: Site;
    beforeAll(async () => {
      site = await serveBundles(writeSuite(engine.name));
    }, LONG);
    afterAll(() => site.close());

    test(
      'Comlink’s tests pass',
      async () => {
        const page = await browser().page();
        // Its tests expect this host name.
        await page.goto(`${site.origin.replace('127.0.0.1', 'localhost')}/suite.html`);
        const result = await page.evaluate('runSuite()');
        expect(result).toEqual({ passed: 53, failures: {} });
      },
      LONG,
    );
  });
}
