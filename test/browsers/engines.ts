/** The three engines, as Debian packages them, each driven by the library that can drive it here. */
import { existsSync } from 'node:fs';
import type { Capability } from '../contract/rig.js';
import { chromium } from './engines/chromium.js';
import { firefox } from './engines/firefox.js';
import { webkit } from './engines/webkit.js';

/** A page in a real browser. */
export interface Page {
  goto(url: string): Promise<void>;
  /** The value of an expression, awaited in the page; both ways it goes as JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** A click as a user does it, on what a selector finds, or will find soon; in a frame if that is named. */
  click(selector: string, frame?: string): Promise<void>;
  /** Goes back in its history. */
  back(): Promise<void>;
  /** Ends the process it is in, which must be its own. With the power `crash`. */
  crash?(): Promise<void>;
}

/** A page beside all others of its browser: those of one origin share their SharedWorkers. */
export interface Tab extends Page {
  close(): Promise<void>;
}

export interface Browser {
  page(): Promise<Page>;
  tab(): Promise<Tab>;
  /** With the power `stop service workers`. */
  stopServiceWorkers?(): Promise<void>;
  close(): Promise<void>;
}

/** What only some drivers can do. */
export type Power = 'crash' | 'stop service workers' | 'restore pages';

export interface Engine {
  readonly name: string;
  /** What must be installed. */
  readonly files: readonly string[];
  readonly able: readonly Capability[];
  readonly powers: readonly Power[];
  /** A name or an address of this machine that is no secure context, for the host of an URL. */
  readonly insecureHost: string;
  launch(): Promise<Browser>;
}

export const engines: readonly Engine[] = [chromium, firefox, webkit];

export const lacks = (engine: Engine): string[] => engine.files.filter((file) => !existsSync(file));
