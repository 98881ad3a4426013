/** All tests in one engine. Each engine has a file of its own, so that two can run at once. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cases } from './cases.js';
import { chat } from './chat.js';
import { comlinkSuite } from './comlink-suite.js';
import { contract } from './contract.js';
import { demo } from './demo.js';
import { driven } from './driver-cases.js';
import { engines, lacks, type Browser, type Engine, type Page, type Power } from './engines.js';
import { fuzzed } from './fuzzed.js';
import { guides } from './guides.js';
import { versions } from './versions.js';
import { serveSite, type Site } from './site.js';

/** Milliseconds to start a browser on a busy machine; no measure of speed. */
export const LONG = 120_000;

/** The browser of a suite. It exists only while tests run. */
export interface Scene {
  readonly engine: Engine;
  /** A page of the site: `contract` is `/contract.html`, and runs pages/contract.ts. */
  open(page: string, how?: { query?: string; secure?: boolean }): Promise<Page>;
  readonly browser: () => Browser;
  readonly site: () => Site;
}

/** A test; if the engine or its driver lacks something, a skipped test whose title says what. */
export function testUnless(
  lack: string | undefined,
  sentence: string,
  run: () => Promise<void>,
): void {
  if (lack === undefined) test(sentence, run, LONG);
  else test.skip(`${sentence} [${lack}]`, () => {});
}

export const lacked = (capabilities: readonly string[]): string | undefined =>
  capabilities.length > 0 ? `needs ${capabilities.join(', ')}` : undefined;

export const powerless = ({ powers }: Engine, power: Power): string | undefined =>
  powers.includes(power) ? undefined : `the driver cannot: ${power}`;

const suites: readonly ((scene: Scene) => void)[] = [
  contract,
  cases,
  driven,
  guides,
  comlinkSuite,
  demo,
  chat,
  fuzzed,
  versions,
];

export function testIn(name: string): void {
  const engine = engines.find((each) => each.name === name)!;
  describe(name, () => {
    const missing = lacks(engine);
    if (missing.length > 0) {
      const says = `${name} IS NOT INSTALLED, nothing was tested in it: ${missing.join(', ')}`;
      // In CI a missing browser is a failure.
      if (process.env['CI']) test(says, () => expect(missing).toEqual([]));
      else test.skip(says, () => {});
      return;
    }

    let site: Site;
    let browser: Browser;
    beforeAll(async () => {
      site = await serveSite();
      browser = await engine.launch();
    }, LONG);
    afterAll(async () => {
      await browser.close();
      await site.close();
    }, LONG);

    const scene: Scene = {
      engine,
      open: async (page, { query = '', secure = true } = {}) => {
        const host = secure ? '127.0.0.1' : engine.insecureHost;
        const origin = site.origin.replace('127.0.0.1', host);
        const opened = await browser.page();
        await opened.goto(`${origin}/${page}.html${query}`);
        return opened;
      },
      browser: () => browser,
      site: () => site,
    };
    for (const suite of suites) suite(scene);
  });
}
