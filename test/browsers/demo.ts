/** The example in examples/browser, started by its command and used by clicks. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { examples, serve, type Served } from '../examples/run.js';
import { LONG, type Scene } from './engine-suite.js';
import type { Page } from './engines.js';

type Asking = 'page' | 'iframe A' | 'iframe B';

/** The attributes that a row of the list of calls must have. */
interface Row {
  from?: Asking;
  kind?: 'light' | 'heavy';
  stage?: 'server' | 'helper';
  at?: string;
  outcome?: string;
}

/** Selectors of the picture: both helpers idle, or one busy. */
const IDLE = '#picture svg:not(:has([data-says="rendering"]))';

const BUSY = '#picture [data-says="rendering"]';

const ASKING: readonly Asking[] = ['page', 'iframe A', 'iframe B'];

/** The selector of a row. JSON quotes the values as JavaScript strings. */
const selectorOf = (row: Row): string =>
  `tr[data-call]${Object.entries(row)
    .map(([key, value]) => `[data-${key}="${value}"]`)
    .join('')}`;

class Demo {
  readonly #page: Page;
  /** Calls with a greater number belong to this test. */
  #before = 0;
  /** What has been asked of the page and is not done: it names the cause of a test that hangs. */
  #unfinished: string | undefined;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Reloads the page, and stops the automatic calls of its clients. */
  async open(url: string): Promise<void> {
    await this.#named(`go to ${url}`, this.#page.goto(url));
    for (const who of ASKING) {
      // Its first automatic call shows that it is connected.
      await this.so(`document.querySelector('${selectorOf({ from: who })}')`);
      await this.press(who, 'Load off');
      await this.press(who, 'cancel');
      await this.press(who, 'Timeout none');
    }
    await this.until('#totals [data-pending="0"]');
    await this.until(IDLE);
    await this.fromHere();
  }

  /** A button or an option of a client. */
  press(who: Asking, what: string): Promise<void> {
    const frame = who === 'page' ? undefined : `iframe[title="${who}"]`;
    const within = who === 'page' ? '#page ' : '';
    const click = this.#page.click(`${within}[data-do="${what}"]`, frame);
    return this.#named(`click ${what} of ${who}`, click);
  }

  get unfinished(): string | undefined {
    return this.#unfinished;
  }

  async #named<T>(step: string, done: Promise<T>): Promise<T> {
    this.#unfinished = step;
    const result = await done;
    this.#unfinished = undefined;
    return result;
  }

  async ask(who: Asking, kind: 'light' | 'heavy', steps: '10 k' | '100 k' | '1 M' = '10 k') {
    await this.press(who, `Steps ${steps}`);
    await this.press(who, kind);
  }

  async end(name: string): Promise<void> {
    await this.#page.click(`[data-agent="${name}"][data-lives="true"]`);
    await this.until(`[data-node="${name}"].gone`);
  }

  async bringBack(name: string): Promise<void> {
    await this.#page.click(`[data-agent="${name}"][data-lives="false"]`);
    await this.until(`[data-node="${name}"]:not(.gone)`);
  }

  /** Several clicks in one turn of the event loop. */
  async clickAll(selectors: readonly string[]): Promise<void> {
    const all = `${JSON.stringify(selectors)}.map((selector) => document.querySelector(selector))`;
    await this.#page.evaluate(`${all}.forEach((element) => element.click())`);
  }

  /** Ignores the calls made so far. */
  async fromHere(): Promise<void> {
    const numbers = `[...document.querySelectorAll('tr[data-call]')].map((row) => +row.dataset.call)`;
    this.#before = (await this.#page.evaluate(`Math.max(0, ...${numbers})`)) as number;
  }

  until(selector: string): Promise<unknown> {
    return this.so(`document.querySelector('${selector}')`);
  }

  /** Waits for a new call with these attributes; returns its last agent. */
  async call(row: Row): Promise<string> {
    const rows = `[...document.querySelectorAll('${selectorOf(row)}')]`;
    const at = `${rows}.find((row) => +row.dataset.call > ${this.#before})?.dataset.at`;
    return (await this.so(at)) as string;
  }

  /** Waits until the expression is true; returns its value. */
  so(expression: string): Promise<unknown> {
    const found = this.#page.evaluate(
      `new Promise((resolve) => {
        const look = () => {
          const found = ${expression};
          if (!found) return;
          observer.disconnect();
          resolve(found instanceof Node ? true : found);
        };
        const observer = new MutationObserver(look);
        const attributes = { attributes: true, childList: true, characterData: true };
        observer.observe(document.documentElement, { subtree: true, ...attributes });
        look();
      })`,
    );
    return this.#named(`wait for ${expression}`, found);
  }

  /** Whether the client has received a tile. */
  isPainted(who: Asking): Promise<unknown> {
    const within =
      who === 'page'
        ? `document.getElementById('page')`
        : `document.querySelector('iframe[title="${who}"]').contentDocument`;
    const canvas = `${within}.querySelector('canvas').getContext('2d')`;
    return this.#page.evaluate(`${canvas}.getImageData(0, 0, 1, 1).data[3] === 255`);
  }
}

export function demo({ browser }: Scene): void {
  describe('the example', () => {
    let served: Served;
    let page: Page;
    let it: Demo;
    beforeAll(async () => {
      const { commands } = examples.find(({ name }) => name === 'browser')!;
      served = await serve(commands[0]!);
      page = await browser().page();
    }, LONG);
    afterAll(() => served.stop());
    beforeEach(async () => {
      it = new Demo(page);
      await it.open(served.url);
    }, LONG);
    afterEach(() => {
      if (it.unfinished !== undefined) console.error(`The page did not: ${it.unfinished}`);
    });

    const check = (sentence: string, run: () => Promise<void>): void => test(sentence, run, LONG);

    check('the server answers light requests, helpers answer heavy ones', async () => {
      for (const from of ASKING) {
        await it.fromHere();
        await it.ask(from, 'light');
        expect(await it.call({ from, kind: 'light', outcome: 'value' })).toBe('server');
        await it.ask(from, 'heavy');
        const helper = await it.call({ from, kind: 'heavy', outcome: 'value' });
        expect(helper).toMatch(/^helper [12]$/);
        await it.until(`[data-edge="${from} - server"][data-messages]`);
        await it.until(`[data-edge="server - ${helper}"][data-messages]`);
        await it.until(`[data-edge="${helper} - ${from}"][data-messages]`);
        expect(await it.isPainted(from)).toBe(true);
      }
      for (const kind of ['light', 'heavy']) {
        // The median of its latency.
        await it.so(`/ms/.test(document.querySelector('[data-latency=${kind}]')?.textContent)`);
      }
    });

    check('a helper dies while it renders: NoReply, and the other one continues', async () => {
      await it.ask('iframe A', 'heavy', '1 M');
      const helper = await it.call({ kind: 'heavy', stage: 'helper', outcome: 'pending' });
      await it.end(helper);
      expect(await it.call({ from: 'iframe A', outcome: 'NoReply' })).toBe(helper);

      await it.fromHere();
      await it.ask('page', 'heavy');
      const other = helper === 'helper 1' ? 'helper 2' : 'helper 1';
      expect(await it.call({ from: 'page', outcome: 'value' })).toBe(other);

      await it.bringBack(helper);
      await it.ask('page', 'heavy', '1 M');
      await it.ask('iframe B', 'heavy', '1 M');
      await it.call({ kind: 'heavy', at: helper, stage: 'helper', outcome: 'pending' });
      await it.call({ kind: 'heavy', at: other, stage: 'helper', outcome: 'pending' });
    });

    check('the server dies: ServerDisappeared, and a new one serves all clients', async () => {
      await it.end('helper 1');
      await it.end('helper 2');
      for (const from of ASKING) {
        await it.ask(from, 'heavy');
        await it.call({ from, kind: 'heavy', stage: 'server', outcome: 'pending' });
      }
      await it.end('server');
      for (const from of ASKING) {
        await it.call({ from, kind: 'heavy', outcome: 'ServerDisappeared' });
        await it.ask(from, 'light');
        await it.call({ from, kind: 'light', outcome: 'ServerDisappeared' });
      }

      await it.bringBack('server');
      await it.fromHere();
      for (const from of ASKING) {
        // The page does not show when an iframe has connected to the new server, so it retries.
        await it.press(from, 'Load 10/s');
        expect(await it.call({ from, kind: 'light', outcome: 'value' })).toBe('server');
        await it.press(from, 'Load off');
      }
      await it.ask('page', 'heavy');
      await it.call({ from: 'page', kind: 'heavy', stage: 'server', outcome: 'pending' });
      await it.bringBack('helper 2');
      expect(await it.call({ kind: 'heavy', outcome: 'value' })).toBe('helper 2');
    });

    check('dead helpers get no calls, even before the server notices', async () => {
      // In one turn, so that the server gets the call before it can notice the deaths.
      await it.clickAll([
        '[data-agent="helper 1"]',
        '[data-agent="helper 2"]',
        '#page [data-do="Steps 10 k"]',
        '#page [data-do="heavy"]',
      ]);
      await it.until('[data-node="helper 1"].gone');
      await it.until('[data-node="helper 2"].gone');
      await it.bringBack('helper 2');
      expect(await it.call({ kind: 'heavy', outcome: 'value' })).toBe('helper 2');
    });

    check('a call at a helper outlives the server', async () => {
      await it.ask('page', 'heavy', '100 k');
      await it.call({ kind: 'heavy', stage: 'helper' });
      await it.end('server');
      expect(await it.call({ kind: 'heavy', outcome: 'value' })).toMatch(/^helper/);
    });

    check('an iframe is removed while it waits: all others continue', async () => {
      await it.ask('iframe A', 'heavy', '1 M');
      await it.call({ from: 'iframe A', stage: 'helper', outcome: 'pending' });
      await it.until(BUSY);
      await it.end('iframe A');
      await it.call({ from: 'iframe A', outcome: 'OriginDisappeared' });
      // The helper has received the cancellation.
      await it.until(IDLE);
      for (const from of ['page', 'iframe B'] as const) {
        await it.ask(from, 'light');
        await it.call({ from, kind: 'light', outcome: 'value' });
        await it.ask(from, 'heavy');
        await it.call({ from, kind: 'heavy', outcome: 'value' });
      }

      await it.fromHere();
      await it.bringBack('iframe A');
      await it.ask('iframe A', 'light');
      await it.ask('iframe A', 'heavy');
      await it.call({ from: 'iframe A', kind: 'light', outcome: 'value' });
      await it.call({ from: 'iframe A', kind: 'heavy', outcome: 'value' });
    });

    check('a call is cancelled: Aborted or Timeout, and the helpers stop', async () => {
      await it.ask('page', 'heavy', '1 M');
      await it.call({ kind: 'heavy', stage: 'helper', outcome: 'pending' });
      await it.until(BUSY);
      await it.press('page', 'cancel');
      await it.call({ kind: 'heavy', outcome: 'Aborted' });
      await it.until(IDLE);

      await it.press('page', 'Timeout 1 s');
      await it.press('page', 'heavy');
      await it.call({ kind: 'heavy', outcome: 'Timeout' });
      await it.until(IDLE);
    });
  });
}
