/** What kinds of scenarios there are. A seed has a kind, unless one is named. */
import type { Agent } from '../agent.js';
import { node, platforms, type Platform } from '../platform/platform.js';
import type { Random } from '../random.js';
import type { Inventory } from './inventory.js';
import { WEIGHTS, type Weights } from './operations.js';
import { startWorker } from './starts.js';

export interface Setting {
  readonly name: string;
  readonly platforms: readonly Platform[];
  readonly weights: Weights;
  /** The longest pause between two operations, in milliseconds. */
  readonly maxPauseMs: number;
  /** Whether agents may end before the others. */
  readonly hasDeaths: (seed: number) => boolean;
  readonly start: (inventory: Inventory, main: Agent, random: Random) => Promise<void>;
}

/** In one of three scenarios no agent ends before the others. */
const hasDeaths = (seed: number): boolean => Math.floor(seed / platforms.length) % 3 > 0;

const startOneWorker = (inventory: Inventory, main: Agent, random: Random): Promise<void> =>
  startWorker(inventory, main, random, false);

const workers: Setting = {
  name: 'workers',
  platforms,
  weights: WEIGHTS,
  maxPauseMs: 6,
  hasDeaths,
  start: startOneWorker,
};

const threads: Setting = {
  ...workers,
  name: 'threads',
  platforms: [node],
  weights: { ...WEIGHTS, leave: 0.4 },
};

const SETTINGS: readonly Setting[] = [workers, threads];

/** So many seeds follow one another that have one setting: one for each platform and fault. */
const RUN = 9;

export function settingOf(seed: number, name?: string): Setting {
  if (name === undefined) return SETTINGS[Math.floor(seed / RUN) % SETTINGS.length]!;
  const found = SETTINGS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no setting '${name}'`);
  return found;
}
