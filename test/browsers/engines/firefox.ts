import type { Engine } from '../engines.js';
import { PATIENCE, wrap } from './page.js';

const FIREFOX = '/usr/bin/firefox-esr';

export const firefox: Engine = {
  name: 'Firefox',
  files: [FIREFOX],
  // No nested workers: now and then a message between a worker and one of its own gets lost;
  // docs/browsers.md says more.
  able: ['popups', 'gc'],
  powers: ['stop service workers'],
  insecureHost: 'insecure.test',
  launch: async () => {
    const { launch } = await import('puppeteer-core');
    const browser = await launch({
      browser: 'firefox',
      executablePath: FIREFOX,
      headless: true,
      extraPrefsFirefox: {
        'network.dns.localDomains': 'insecure.test',
        'dom.testing.testutils.enabled': true,
        // Else each promise costs a stack: a driven page counts as one that is being debugged.
        'javascript.options.asyncstack': false,
      },
    });
    return {
      page: async () => {
        const page = await browser.newPage();
        return wrap(page, async (selector, frame) => {
          const element =
            frame === undefined ? null : await page.waitForSelector(frame, { timeout: PATIENCE });
          const place = (await element?.contentFrame()) ?? page;
          await place.locator(selector).setTimeout(PATIENCE).click();
        });
      },
      // It does so by itself to those that have had no event for half a minute.
      stopServiceWorkers: () => Promise.resolve(),
      close: () => browser.close(),
    };
  },
};
