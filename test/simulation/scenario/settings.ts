/** What kinds of scenarios there are. A seed has a kind, unless one is named. */
import type { Agent } from '../agent.js';
import { node, platforms, slowly, type Platform } from '../platform/platform.js';
import type { Random } from '../random.js';
import type { Inventory } from './inventory.js';
import { WEIGHTS, type Weights } from './operations.js';
import { useSharedWorker } from './documents.js';
import { startWorker } from './starts.js';

export interface Setting {
  readonly name: string;
  readonly platforms: readonly Platform[];
  readonly weights: Weights;
  /** The longest pause between two operations, in milliseconds. */
  readonly maxPauseMs: number;
  /** How long an agent keeps a port, at most, before it takes it up. */
  readonly holdMs: number;
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
  holdMs: 0,
  hasDeaths,
  start: startOneWorker,
};

const threads: Setting = {
  ...workers,
  name: 'threads',
  platforms: [node],
  weights: { ...WEIGHTS, leave: 0.4 },
};

/**
 * Nothing ends, and ports are kept for longer than a port may be on its way from an agent that has
 * died: every call gets its answer.
 */
const calm: Setting = {
  ...workers,
  name: 'calm',
  platforms: [...platforms, node],
  weights: {
    ...WEIGHTS,
    closeClient: 0,
    closeServer: 0,
    terminate: 0,
    forgetClient: 0,
    forgetContext: 0,
    sendClient: 6,
    sendContext: 8,
    sendServer: 3,
  },
  maxPauseMs: 300,
  holdMs: 6000,
  hasDeaths: () => false,
};

/** Agents hang and end themselves, and everything takes long. */
const delays: Setting = {
  ...workers,
  name: 'delays',
  platforms: [...platforms, node].map(slowly),
  weights: { ...WEIGHTS, hang: 0.4, leave: 0.3, compute: 1 },
  maxPauseMs: 40,
  holdMs: 3000,
};

/** Pages and frames come and go, and have a SharedWorker in common. */
const documents: Setting = {
  ...workers,
  name: 'documents',
  weights: {
    ...WEIGHTS,
    startWorker: 0.5,
    addFrame: 1.5,
    removeFrame: 0.5,
    navigateFrame: 0.5,
    openPage: 1.5,
    closePage: 0.5,
    freezePage: 0.4,
    thawPage: 0.6,
  },
  maxPauseMs: 12,
  start: (inventory, main, random) =>
    inventory.in(main, 'starts a SharedWorker', () => {
      useSharedWorker(inventory, main, random);
    }),
};

/** One worker breaks the protocol: what it has no part in goes on. */
const hostile: Setting = {
  ...workers,
  name: 'hostile',
  platforms: [...platforms, node],
  weights: { ...WEIGHTS, attack: 15 },
  start: async (inventory, main, random) => {
    await startOneWorker(inventory, main, random);
    await startOneWorker(inventory, main, random);
    main.world.hostile = main.world.agents.at(-1);
  },
};

const SETTINGS: readonly Setting[] = [workers, threads, calm, delays, documents, hostile];

/** So many seeds follow one another that have one setting: one for each platform and fault. */
const RUN = 9;

export function settingOf(seed: number, name?: string): Setting {
  if (name === undefined) return SETTINGS[Math.floor(seed / RUN) % SETTINGS.length]!;
  const found = SETTINGS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no setting '${name}'`);
  return found;
}
