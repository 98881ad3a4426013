import type { Engine, Tab } from '../engines.js';
import { PATIENCE, wrap } from './page.js';

const CHROMIUM = '/usr/bin/chromium';

export const chromium: Engine = {
  name: 'Chromium',
  files: [CHROMIUM],
  able: ['stacks', 'goodbyes', 'last posts', 'nested workers', 'popups', 'gc', 'sparse arrays'],
  powers: ['console', 'crash', 'stop service workers', 'restore pages'],
  insecureHost: 'insecure.test',
  launch: async () => {
    const { chromium: driver } = await import('playwright-core');
    const browser = await driver.launch({
      executablePath: CHROMIUM,
      headless: true,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--host-resolver-rules=MAP insecure.test 127.0.0.1',
        '--js-flags=--expose-gc',
      ],
    });
    // One context for all pages, because SharedWorkers and service workers belong to a context.
    const context = await browser.newContext();
    const tab = async (): Promise<Tab> => {
      const page = await context.newPage();
      const shown: string[] = [];
      page.on('console', (message) => shown.push(message.text()));
      return {
        shown: () => shown,
        ...wrap(page, (selector, frame) =>
          (frame === undefined ? page : page.frameLocator(frame))
            .locator(selector)
            .click({ timeout: PATIENCE }),
        ),
        // A restored page does not load again.
        back: async () => {
          await page.goBack({ waitUntil: 'commit' });
        },
        crash: async () => {
          const crashed = page.waitForEvent('crash');
          const session = await context.newCDPSession(page);
          // This command gets no answer.
          session.send('Page.crash').catch(() => undefined);
          await crashed;
        },
        heap: async () => {
          const session = await context.newCDPSession(page);
          await session.send('HeapProfiler.collectGarbage');
          const { usedSize } = await session.send('Runtime.getHeapUsage');
          await session.detach();
          return usedSize;
        },
        close: () => page.close(),
      };
    };
    return {
      page: tab,
      tab,
      stopServiceWorkers: async () => {
        const session = await context.newCDPSession(await context.newPage());
        await session.send('ServiceWorker.enable');
        await session.send('ServiceWorker.stopAllWorkers');
        await session.detach();
      },
      close: () => browser.close(),
    };
  },
};
