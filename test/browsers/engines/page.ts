import type { Page } from '../engines.js';

/** The common part of Playwright's and Puppeteer's pages. */
interface Driven {
  goto(url: string): Promise<unknown>;
  goBack(): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  bringToFront(): Promise<unknown>;
}

/** Milliseconds, for a busy machine. */
export const PATIENCE = 120_000;

export const wrap = (page: Driven, click: Page['click']): Page => ({
  click: async (selector, frame) => {
    // A click waits until its element no longer moves, and background pages are hardly ever drawn.
    await page.bringToFront();
    await click(selector, frame);
  },
  goto: async (url) => {
    await page.goto(url);
  },
  back: async () => {
    await page.goBack();
  },
  evaluate: (expression) => page.evaluate(expression),
});
