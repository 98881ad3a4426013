import type { Page } from '../engines.js';

/** What the pages of Playwright and of Puppeteer have in common. */
interface Driven {
  goto(url: string): Promise<unknown>;
  goBack(): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

export const wrap = (page: Driven): Page => ({
  goto: async (url) => {
    await page.goto(url);
  },
  back: async () => {
    await page.goBack();
  },
  evaluate: (expression) => page.evaluate(expression),
});
