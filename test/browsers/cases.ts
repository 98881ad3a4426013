/** Browser-only cases, which run in a page of the engine, by theme. */
import { beforeAll, describe, expect } from '@jest/globals';
import { all } from './cases/all.js';
import { lacked, LONG, testUnless, type Scene } from './engine-suite.js';
import type { Page } from './engines.js';

export function cases({ engine, open }: Scene): void {
  for (const [name, list] of Object.entries(all)) {
    describe(name, () => {
      let page: Page;
      beforeAll(async () => {
        page = await open('cases', { secure: name !== 'insecure contexts' });
      }, LONG);
      for (const [at, { sentence, needs }] of list.entries()) {
        const lacking = needs.filter((capability) => !engine.able.includes(capability));
        const run = `cases.run(${JSON.stringify(name)}, ${at})`;
        testUnless(lacked(lacking), sentence, async () =>
          expect(await page.evaluate(run)).toBe(null),
        );
      }
    });
  }
}
