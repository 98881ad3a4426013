/** The three engines, as Debian packages them, each driven by the library that can drive it here. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import type { Capability } from '../contract/rig.js';

/** A page in a real browser. */
export interface Page {
  goto(url: string): Promise<void>;
  /** The value of an expression, awaited in the page; both ways it goes as JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** A click as a user does it, on what a selector finds, or will find soon; in a frame if that is named. */
  click(selector: string, frame?: string): Promise<void>;
}

export interface Browser {
  page(): Promise<Page>;
  close(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  /** What must be installed. */
  readonly files: readonly string[];
  readonly able: readonly Capability[];
  /** Are nested workers reliable enough to test with? */
  readonly nests: boolean;
  launch(): Promise<Browser>;
}

/** Milliseconds; for a busy machine. */
const PATIENCE = 120_000;

const CHROMIUM = '/usr/bin/chromium';
const FIREFOX = '/usr/bin/firefox-esr';
const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver';
const XVFB_RUN = '/usr/bin/xvfb-run';
const MINI_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

const chromium: Engine = {
  name: 'Chromium',
  files: [CHROMIUM],
  able: ['stacks', 'goodbyes', 'popups'],
  nests: true,
  launch: async () => {
    const { chromium: driver } = await import('playwright-core');
    const browser = await driver.launch({
      executablePath: CHROMIUM,
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--js-flags=--expose-gc',
      ],
    });
    return {
      page: async () => {
        const page = await browser.newPage();
        return {
          goto: async (url) => {
            await page.goto(url);
          },
          evaluate: (expression) => page.evaluate(expression),
          click: (selector, frame) =>
            (frame === undefined ? page : page.frameLocator(frame))
              .locator(selector)
              .click({ timeout: PATIENCE }),
        };
      },
      close: () => browser.close(),
    };
  },
};

const firefox: Engine = {
  name: 'Firefox',
  files: [FIREFOX],
  able: ['popups'],
  // Now and then a message between a worker and one of its own gets lost.
  nests: false,
  launch: async () => {
    const { launch } = await import('puppeteer-core');
    const browser = await launch({
      browser: 'firefox',
      executablePath: FIREFOX,
      headless: true,
      extraPrefsFirefox: {
        'dom.testing.testutils.enabled': true,
        // Else each promise costs a stack: a driven page counts as one that is being debugged.
        'javascript.options.asyncstack': false,
      },
    });
    return {
      page: async () => {
        const page = await browser.newPage();
        return {
          goto: async (url) => {
            await page.goto(url);
          },
          evaluate: (expression) => page.evaluate(expression),
          click: async (selector, frame) => {
            const element =
              frame === undefined ? null : await page.waitForSelector(frame, { timeout: PATIENCE });
            const place = (await element?.contentFrame()) ?? page;
            await place.locator(selector).setTimeout(PATIENCE).click();
          },
        };
      },
      close: () => browser.close(),
    };
  },
};

const webkit: Engine = {
  name: 'WebKit',
  files: [WEBKIT_DRIVER, XVFB_RUN, MINI_BROWSER],
  able: ['goodbyes'],
  nests: true,
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
    return {
      page: async () => ({
        goto: async (url) => {
          await driver.get(url);
          // That can be over before the page has loaded, and its modules have run.
          await driver.executeAsyncScript(
            `const done = arguments[arguments.length - 1];
             if (document.readyState === 'complete') done();
             else addEventListener('load', () => done());`,
          );
        },
        evaluate: async (expression) => {
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
          const found = (css: string) => driver.wait(until.elementLocated(By.css(css)), PATIENCE);
          if (frame !== undefined) await driver.switchTo().frame(await found(frame));
          await found(selector).click();
          await driver.switchTo().defaultContent();
        },
      }),
      close: async () => {
        await driver.quit().catch(() => undefined);
        if (driverProcess.pid !== undefined) process.kill(-driverProcess.pid, 'SIGKILL');
      },
    };
  },
};

export const engines: readonly Engine[] = [chromium, firefox, webkit];

export const lacks = (engine: Engine): string[] => engine.files.filter((file) => !existsSync(file));

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

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
