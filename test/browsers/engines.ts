/** The three engines, as Debian packages them, each with a library that can drive it. */
import { existsSync } from 'node:fs';
import type { Capability } from '../contract/rig.js';
import { chromium } from './engines/chromium.js';
import { firefox } from './engines/firefox.js';
import { webkit } from './engines/webkit.js';

/** A page in a real browser. */
export interface Page {
  goto(url: string): Promise<void>;
  /** The value of an expression, awaited in the page and passed as JSON. */
  evaluate(expression: string): Promise<unknown>;
  /**
   * A user's click on the element of the selector, once it is there; in the frame, if one is named.
   */
  click(selector: string, frame?: string): Promise<void>;
  /** Goes back in the history. */
  back(): Promise<void>;
  /** Ends the process of the page, which must be its own. Needs the power `crash`. */
  crash?(): Promise<void>;
  /** Bytes in use after a garbage collection, without workers. Only Chromium's driver knows. */
  heap?(): Promise<number>;
  /** What the console of the page has shown since it was opened. Needs the power `console`. */
  shown?(): readonly string[];
}

/** A further page of the browser; pages of one origin share their SharedWorkers. */
export interface Tab extends Page {
  close(): Promise<void>;
}

export interface Browser {
  page(): Promise<Page>;
  tab(): Promise<Tab>;
  /** Needs the power `stop service workers`. */
  stopServiceWorkers?(): Promise<void>;
  close(): Promise<void>;
}

/** Features that only some drivers have. */
export type Power = 'console' | 'crash' | 'stop service workers' | 'restore pages';

export interface Engine {
  readonly name: string;
  /** Programs that must be installed. */
  readonly files: readonly string[];
  readonly able: readonly Capability[];
  readonly powers: readonly Power[];
  /** A host name or address of this machine whose pages are no secure contexts. */
  readonly insecureHost: string;
  launch(): Promise<Browser>;
}

export const engines: readonly Engine[] = [chromium, firefox, webkit];

export const lacks = (engine: Engine): string[] => engine.files.filter((file) => !existsSync(file));
