/** Pages with one build of the package and their workers with another one. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import path from 'node:path';
import { LONG, type Scene } from './engine-suite.js';
import { serveBundles, type Site } from './site.js';

interface Builds {
  readonly CURRENT: string;
  first(folder: string): string;
  later(folder: string): string;
  callsOf(suite: string): string;
}
const { CURRENT, callsOf, first, later } = (await import(
  new URL('../versions/builds.mjs', import.meta.url).href
)) as Builds;

const SAME = {
  request: { deep: ['1n', [['a', 1]]] },
  posts: [1, 2, 3],
  failure: ['App', { reason: 'why' }],
  'a cancelled request': ['Aborted', 'OriginDisappeared'],
  'a request that times out': 'Timeout',
  'a clone': 'clone',
  'a moved client': 'by the client that was moved',
  'a client that comes back': 'from there',
  'a moved reply context': 'by the page',
  'a bounded mailbox': ['MailboxFull'],
  methods: [42, [1, 2, 3]],
  'a callback': 2,
  'a worker that is terminated': ['ServerDisappeared', 'ServerDisappeared'],
  'a worker that closes': ['ServerDisappeared', 'ServerDisappeared'],
};

/** The builds of the page and of its worker, and what differs from the case of one build. */
const pairs: readonly (readonly [page: string, worker: string, differs?: object])[] = [
  ['this', 'first', { 'a callback': 'NotSupported' }],
  ['first', 'this', { 'a callback': 'unknown here' }],
  ['this', 'later'],
  ['later', 'this'],
];

export function versions({ engine, browser }: Scene): void {
  describe('two builds', () => {
    let site: Site;
    beforeAll(async () => {
      const suites = {
        this: CURRENT,
        first: first(`first in ${engine.name}`),
        later: later(`later in ${engine.name}`),
      };
      const scripts = new Map<string, string>();
      for (const [build, suite] of Object.entries(suites)) {
        for (const end of ['page', 'worker'])
          scripts.set(`${end}-${build}`, path.join(callsOf(suite), `${end}.mjs`));
      }
      site = await serveBundles(scripts);
    }, LONG);
    afterAll(() => site.close());

    for (const [here, there, differs] of pairs) {
      const sentence = `a page with ${here} build calls a worker with ${there} build`;
      test(
        sentence.replace(/(first|later)/g, 'the $1'),
        async () => {
          const page = await browser().page();
          await page.goto(`${site.origin}/page-${here}.html`);
          const outcomes = await page.evaluate(`calls('/worker-${there}.js')`);
          expect(outcomes).toEqual({ ...SAME, ...differs });
        },
        LONG,
      );
    }
  });
}
