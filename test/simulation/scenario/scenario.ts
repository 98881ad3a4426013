/**
 * One scenario: a page and its workers, in which the seed decides what happens. At the end
 * everything is answered and closed; then every call must have settled as it may, and nothing may
 * be left in an agent that lives.
 */
import { Agent } from '../agent.js';
import { importLibrary } from '../library.js';
import { platforms, type Platform } from '../platform/platform.js';
import { Random } from '../random.js';
import { World } from '../world.js';
import { auditLeftovers, auditSignals, fillMailboxes } from './audit.js';
import { OPERATIONS, WEIGHTS } from './operations.js';
import { Inventory } from './inventory.js';
import type { Call } from './ledger.js';
import { Situation } from './situation.js';
import { startWorker } from './starts.js';

export interface Plan {
  readonly seed: number;
  readonly operations: number;
  /** The numbers of operations that are left out, to make the story of a failure shorter. */
  readonly without?: ReadonlySet<number>;
  readonly records?: boolean;
  /** Each message as well. */
  readonly recordsMessages?: boolean;
}

export interface Result {
  readonly platform: string;
  readonly steps: number;
  /** What was wrong. */
  readonly violations: readonly string[];
  /** What has happened, if it was recorded. */
  readonly story: readonly string[];
}

/** The longest pause between two operations, in milliseconds. */
const MAX_PAUSE_MS = 6;
/** What is on its way when the last operation is over has arrived after this time. */
const REST_MS = 4000;
/** Everything that was answered arrives in this time, also by ways of several agents. */
const ANSWER_MS = 5000;
/** Everything settles in this time once all is closed, whatever the platform takes. */
const SETTLE_MS = 120_000;

const platformOf = (seed: number): Platform => platforms[seed % platforms.length]!;

/** In one of three scenarios no agent ends before the others. */
const hasDeaths = (seed: number): boolean => Math.floor(seed / platforms.length) % 3 > 0;

export async function runScenario({
  seed,
  operations,
  without,
  records,
  recordsMessages = false,
}: Plan): Promise<Result> {
  const platform = platformOf(seed);
  const world = new World(seed);
  if (records === true) world.events = [];
  world.recordsMessages = recordsMessages;
  const inventory = new Inventory(world, seed);
  const aborts = new Map<Call, AbortController>();
  const situationAt = (n: number): Situation =>
    new Situation(inventory, new Random(seed * 1009 + n), aborts, hasDeaths(seed));

  const page = new Agent(world, platform, 'page', 'the page', 'https://a.example');
  await page.run(importLibrary);
  await startWorker(inventory, page, new Random(seed), false);
  for (let n = 1; n <= operations; n++) {
    const situation = situationAt(n);
    await world.runUntil(world.now + situation.random.next() * MAX_PAUSE_MS);
    const name = situation.random.weighted(WEIGHTS);
    if (without?.has(n) !== true) await OPERATIONS[name].run(situation);
  }
  await world.runUntil(world.now + REST_MS);
  await closeAll(inventory);
  await auditLeftovers(inventory);
  inventory.ledger.audit('although everything is closed');
  const { steps, events: story = [] } = world;
  return { platform: platform.name, steps, violations: inventory.ledger.violations, story };
}

async function closeAll(inventory: Inventory): Promise<void> {
  const { world } = inventory;
  await auditSignals(inventory);
  inventory.isOver = true;
  world.tell('everything is answered');
  for (const openRequest of inventory.openRequests.splice(0)) {
    await openRequest.agent.run(() => {
      inventory.answer(openRequest);
    });
  }
  await world.runUntil(world.now + ANSWER_MS);
  await fillMailboxes(inventory);
  await world.runUntil(world.now + REST_MS);
  inventory.ledger.auditPosts();
  inventory.ledger.audit('although everything is answered');
  world.tell('everything is closed');
  for (const { sequence } of inventory.callers) sequence.client.isClosed = true;
  for (const { record } of inventory.hosts) record.fate.isClosed = true;
  const handles = [
    ...inventory.callers.splice(0).map(({ agent, client }) => ({ agent, handle: client })),
    ...inventory.weaks.splice(0).map(({ agent, weak }) => ({ agent, handle: weak })),
    ...inventory.hosts.splice(0).map(({ agent, server }) => ({ agent, handle: server })),
  ];
  for (const { agent, handle } of handles) {
    await agent.run(() => {
      handle.close();
    });
  }
  await world.runUntil(world.now + SETTLE_MS);
}
