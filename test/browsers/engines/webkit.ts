import { spawn } from 'node:child_process';
import type { Engine, Page } from '../engines.js';
import { freePort } from './free-port.js';
import { PATIENCE } from './page.js';

const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver';
const XVFB_RUN = '/usr/bin/xvfb-run';
const MINI_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

export const webkit: Engine = {
  name: 'WebKit',
  files: [WEBKIT_DRIVER, XVFB_RUN, MINI_BROWSER],
  able: ['goodbyes', 'last posts', 'nested workers'],
  powers: ['restore pages'],
  insecureHost: '[::ffff:127.0.0.1]',
  launch: async () => {
    const { Builder, By, Capabilities, until } = await import('selenium-webdriver');
    const port = await freePort();
    // A group of its own, so that the X server and the browser end with it.
    const driverProcess = spawn(
      XVFB_RUN,
      ['-a', WEBKIT_DRIVER, `--port=${port}`, '--host=127.0.0.1'],
      { detached: true, stdio: 'ignore', env: { ...process.env, JSC_useSharedArrayBuffer: '1' } },
    );
    await untilListening(port);
    const driver = await new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities(
        new Capabilities({
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] },
        }),
      )
      .build();
    await driver.manage().setTimeouts({ script: PATIENCE });
    // A navigation can end before the page has loaded and its modules have run.
    const loaded = (): Promise<void> =>
      driver.executeAsyncScript(
        `const done = arguments[arguments.length - 1];
         if (document.readyState === 'complete') done();
         else addEventListener('load', () => done());`,
      );
    const first = await driver.getWindowHandle();
    const pageIn = (window: string): Page => {
      // A command applies to the current window.
      const here = () => driver.switchTo().window(window);
      return {
        goto: async (url) => {
          await here();
          await driver.get(url);
          await loaded();
        },
        back: async () => {
          await here();
          await driver.navigate().back();
          await loaded();
        },
        evaluate: async (expression) => {
          await here();
          const answer = await driver.executeAsyncScript<{ value?: unknown; error?: string }>(
            `const done = arguments[arguments.length - 1];
             Promise.resolve().then(() => (${expression})).then(
               (value) => done({ value }),
               (error) => done({ error: String(error) }),
             );`,
          );
          if (answer.error !== undefined) throw new Error(answer.error);
          return answer.value;
        },
        click: async (selector, frame) => {
          await here();
          const found = (css: string) => driver.wait(until.elementLocated(By.css(css)), PATIENCE);
          if (frame !== undefined) await driver.switchTo().frame(await found(frame));
          await found(selector).click();
          await driver.switchTo().defaultContent();
        },
      };
    };
    return {
      // One process for all pages.
      page: async () => pageIn(first),
      tab: async () => {
        await driver.switchTo().window(first);
        await driver.switchTo().newWindow('tab');
        const window = await driver.getWindowHandle();
        return {
          ...pageIn(window),
          close: async () => {
            await driver.switchTo().window(window);
            await driver.close();
            await driver.switchTo().window(first);
          },
        };
      },
      close: async () => {
        await driver.quit().catch(() => undefined);
        if (driverProcess.pid !== undefined) process.kill(-driverProcess.pid, 'SIGKILL');
      },
    };
  },
};

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const answered = await fetch(`http://127.0.0.1:${port}/status`).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
