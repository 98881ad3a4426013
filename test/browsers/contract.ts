/** The contract suite, in each rig of a page. */
import { beforeAll, describe, expect } from '@jest/globals';
import { webRigs } from '../contract/rigs/web.js';
import { isOverAnyThread, isRunIn, isSameEverywhere, missing } from '../contract/run.js';
import { suite } from '../contract/suite.js';
import type { Page } from './engines.js';
import { lacked, LONG, testUnless, type Scene } from './engine-suite.js';

/** Those that run what is the same over any thread. */
const FIRST_RIGS = ['one thread', 'dedicated workers', 'one thread, packed'];

export function contract({ engine, open }: Scene): void {
  let page: Page;
  const rigs = webRigs('http://there/', engine.able);
  const runs = [...rigs.keys()].map((rig) => ({ title: rig, rigName: rig, run: 'run' }));
  // Dedicated workers that a dedicated worker starts.
  if (engine.able.includes('nested workers')) {
    runs.push({ title: 'nested workers', rigName: 'dedicated workers', run: 'runNested' });
  }
  for (const { title, rigName, run } of runs) {
    const makeRig = rigs.get(rigName)!;
    describe(`contract, ${title}`, () => {
      beforeAll(async () => {
        page = await open('contract');
      }, LONG);
      for (const [at, each] of suite.entries()) {
        // The nested workers' own host is another place than the page.
        const isSame = isSameEverywhere(each);
        if (isSame && !rigName.startsWith('one thread') && run !== 'runNested') continue;
        if (isOverAnyThread(each) && !FIRST_RIGS.includes(title)) continue;
        if (!isRunIn(each, makeRig())) continue;
        // The rest runs over packed lanes between threads.
        if (title === 'one thread, packed' && !isSame && !isOverAnyThread(each)) continue;
        const sentence = `${each.theme}: ${each.sentence}`;
        testUnless(lacked(missing(each, makeRig())), sentence, async () => {
          const wrong = await page.evaluate(`contract.${run}(${JSON.stringify(rigName)}, ${at})`);
          expect(wrong).toBe(null);
        });
      }
    });
  }
}
