import type { Engine, Tab } from '../engines.js';
import { PATIENCE, wrap } from './page.js';

const FIREFOX = '/usr/bin/firefox-esr';

export const firefox: Engine = {
  name: 'Firefox',
  files: [FIREFOX],
  // No nested workers: sometimes a message between a worker and a worker of its own is lost;
  // docs/browsers.md says more.
  able: ['popups', 'gc', 'sparse arrays'],
  powers: ['console', 'stop service workers'],
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
        // A driven page counts as debugged, and then each promise captures a stack unless this is
        // off.
        'javascript.options.asyncstack': false,
      },
    });
    const tab = async (): Promise<Tab> => {
      const page = await browser.newPage();
      const shown: string[] = [];
      page.on('console', (message) => shown.push(message.text()));
      page.on('pageerror', (error) => shown.push(String(error)));
      const within = async (selector: string, frame: string) => {
        // Puppeteer polls only the document that it finds first. In a frame that was just added,
        // that is an empty document, which the browser later replaces by the real one.
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
        shown: () => shown,
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
      // Firefox itself stops service workers that had no event for half a minute.
      stopServiceWorkers: () => Promise.resolve(),
      close: () => browser.close(),
    };
  },
};
