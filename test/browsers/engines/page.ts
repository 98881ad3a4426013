import type { Page } from '../engines.js';

/** What the pages of Playwright and of Puppeteer have in common. */
interface Driven {
  goto(url: string): Promise<unknown>;
  goBack(): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

/** Milliseconds; for a busy machine. */
export const PATIENCE = 120_000;

export const wrap = (page: Driven, click: Page['click']): Page => ({
  click,
  goto: async (url) => {
    await page.goto(url);
  },
  back: async () => {
    await page.goBack();
  },
  evaluate: (expression) => page.evaluate(expression),
});
