import type { Engine, Tab } from '../engines.js';
import { PATIENCE, wrap } from './page.js';

const FIREFOX = '/usr/bin/firefox-esr';

export const firefox: Engine = {
  name: 'Firefox',
  files: [FIREFOX],
  // No nested workers: now and then a message between a worker and one of its own gets lost;
  // docs/browsers.md says more.
  able: ['popups', 'gc', 'sparse arrays'],
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
    const tab = async (): Promise<Tab> => {
      const page = await browser.newPage();
      const within = async (selector: string, frame: string) => {
        // Puppeteer looks into the document that it finds there, for ever: and in a frame that was just
        // added this is an empty one, until its own has come.
        const loaded = await page.waitForFunction(
          (frame, selector) => {
            const element = document.querySelector<HTMLIFrameElement>(frame);
            return element?.contentDocument?.querySelector(selector) ? element : undefined;
          },
          { timeout: PATIENCE },
          frame,
          selector,
        );
        return (await loaded.asElement()!.contentFrame())!;
      };
      return {
        ...wrap(page, async (selector, frame) => {
          const place = frame === undefined ? page : await within(selector, frame);
          await place.locator(selector).setTimeout(PATIENCE).click();
        }),
        close: () => page.close(),
      };
    };
    return {
      page: tab,
      tab,
      // It does so by itself to those that have had no event for half a minute.
      stopServiceWorkers: () => Promise.resolve(),
      close: () => browser.close(),
    };
  },
};
