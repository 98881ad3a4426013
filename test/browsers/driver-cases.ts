/** Cases that need the driver: crashes, stopped service workers, restored pages. */
import { describe, expect } from '@jest/globals';
import { powerless, testUnless, type Scene } from './engine-suite.js';
import type { Page, Power } from './engines.js';
import type { Stage } from './pages/driver-page.js';

/** Calls a function of pages/driver-page.ts in the page. */
export const play = <N extends keyof Stage>(
  page: Page,
  name: N,
  ...args: Parameters<Stage[N]>
): Promise<unknown> => page.evaluate(`stage.${name}(...${JSON.stringify(args)})`);

export function driven({ engine, browser, site, open }: Scene): void {
  const check = (sentence: string, power: Power, run: () => Promise<void>): void => {
    testUnless(powerless(engine, power), sentence, run);
  };

  describe('driven', () => {
    check(
      'a service worker that was stopped is started again',
      'stop service workers',
      async () => {
        const page = await open('driver-page');
        const start = await play(page, 'service');
        await play(page, 'begin', 'held', 'hold', 'x');
        await browser().stopServiceWorkers!();
        expect(await play(page, 'ended', 'held')).toBe('ServerDisappeared');
        expect(await play(page, 'ask', 'start')).not.toBe(start);
      },
    );

    check('the crash of a page is noticed by its servers and clients', 'crash', async () => {
      const page = await open('driver-page');
      const victim = await open('driver-page');
      // One server for both pages: it tells its start.
      expect(await play(victim, 'shared')).toBe(await play(page, 'shared'));
      await play(page, 'begin', 'moved', 'hold', 'moved');
      await play(victim, 'hold', 'moved');
      await play(victim, 'begin', 'theirs', 'hold', 'theirs');
      await play(page, 'begin', 'signal', 'signal', 'theirs');
      await play(victim, 'serve');
      expect(await play(page, 'callOther', 'call')).toBe('echo');

      await victim.crash!();
      expect(await play(page, 'ended', 'moved')).toBe('NoReply');
      expect(await play(page, 'ended', 'signal')).toBe('OriginDisappeared');
      expect(await play(page, 'ended', 'call')).toBe('ServerDisappeared');
      expect(await play(page, 'ask', 'echo', 'alive')).toBe('alive');
    });

    check('no warning is logged while a frame of another origin loads', 'console', async () => {
      const page = await open('driver-page');
      const warnings = (): readonly string[] =>
        page.shown!().filter((line) => line.includes('postMessage'));
      await play(page, 'slowFrame', site().origin.replace('127.0.0.1', 'localhost'));
      await page.evaluate(`fetch('/release').then(() => true)`);
      expect(await play(page, 'ended', 'slow')).toBe('hello, page');
      // One that is expected: whatever was logged before has arrived by then.
      await play(page, 'mismatch', 'https://example.org');
      while (warnings().length === 0) await page.evaluate('null');
      expect(warnings()).toEqual([expect.stringContaining('https://example.org')]);
    });

    for (const kind of ['shared', 'dedicated'] as const) {
      const sentence = `a page that comes back to its ${kind} worker connects again`;
      check(sentence, 'restore pages', async () => {
        const page = await open('driver-page', { query: '?kept' });
        const start = await play(page, kind);
        await play(page, 'begin', 'held', 'hold', 'x');
        await page.goto(`${site().origin}/copy.html`);
        await page.back();
        expect(await play(page, 'restored')).toBe(true);
        expect(await play(page, 'ended', 'held')).toBe('ServerDisappeared');
        expect(await play(page, 'ask', 'start')).toBe(start);
        // Deaths are noticed as before.
        expect(await play(page, 'lives')).toBe(true);
        await play(page, 'begin', 'held', 'hold', 'x');
        await page.evaluate(`void stage.ask('exit').catch(() => undefined)`);
        expect(await play(page, 'ended', 'held')).toBe('ServerDisappeared');
      });
    }
  });
}
