/**
 * One scenario: agents in a setting, in which the seed decides what happens. At the end
 * everything is answered and closed; then every call must have settled as it may, and nothing may
 * be left in an agent that lives.
 */
import type { Agent } from '../agent.js';
import { thaw } from '../platform/windows.js';
import { Random } from '../random.js';
import { World } from '../world.js';
import {
  auditLeftovers,
  auditServers,
  auditSignals,
  fillMailboxes,
  hasUnseenEnd,
} from './audit.js';
import { OPERATIONS } from './operations.js';
import { Inventory } from './inventory.js';
import type { Call } from './ledger.js';
import { Situation } from './situation.js';
import { settingOf } from './settings.js';
import { startMain } from './starts.js';

export interface Plan {
  readonly seed: number;
  readonly operations: number;
  /** The name of a setting; undefined: the seed decides. */
  readonly setting?: string | undefined;
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

/** What is on its way when the last operation is over has arrived after this time. */
const REST_MS = 4000;
/** Everything that was answered arrives in this time, also by ways of several agents. */
const ANSWER_MS = 5000;
/** Everything settles in this time once all is closed, whatever the platform takes. */
const SETTLE_MS = 20_000;

export async function runScenario({
  seed,
  operations,
  setting: settingName,
  without,
  records,
  recordsMessages = false,
}: Plan): Promise<Result> {
  const setting = settingOf(seed, settingName);
  const platform = setting.platforms[seed % setting.platforms.length]!;
  const world = new World(seed);
  if (records === true) world.events = [];
  world.recordsMessages = recordsMessages;
  const inventory = new Inventory(world, seed);
  inventory.holdMs = setting.holdMs;
  const aborts = new Map<Call, AbortController>();
  const hasDeaths = setting.hasDeaths(seed);
  const situationAt = (n: number): Situation =>
    new Situation(inventory, new Random(seed * 1009 + n), aborts, hasDeaths);

  await startMain(world, platform).run(() => {
    inventory.importLibrary();
  });
  await setting.start(inventory, world.agents[0]!, new Random(seed));
  for (let n = 1; n <= operations; n++) {
    const situation = situationAt(n);
    await world.runUntil(world.now + situation.random.next() * setting.maxPauseMs);
    const name = situation.random.weighted(setting.weights);
    if (without?.has(n) !== true) await OPERATIONS[name].run(situation);
  }
  await terminateHung(inventory);
  for (const page of inventory.cached) await thaw(page);
  await world.runUntil(world.now + REST_MS + setting.holdMs);
  await closeAll(inventory, closesFirst(seed));
  await auditLeftovers(inventory);
  if (!hasUnseenEnd(inventory)) inventory.ledger.audit('although everything is closed');
  if (world.hostile === undefined) inventory.ledger.auditDropped();
  const { steps, events: story = [] } = world;
  const where = `${setting.name} on ${platform.name}`;
  return { platform: where, steps, violations: inventory.ledger.violations, story };
}

/** Workers that hang are terminated before anything is expected of the others. */
async function terminateHung(inventory: Inventory): Promise<void> {
  for (const { agent: creator, worker } of inventory.workers) {
    if (worker.agent.busyUntil < Infinity || creator.busyUntil === Infinity) continue;
    if (!creator.isAlive || !worker.agent.isAlive) continue;
    await inventory.in(creator, `terminates ${worker.agent.name}, which hangs`, () => {
      worker.terminate();
    });
  }
}

/** In half of the scenarios the clients are closed before their calls are answered. */
const closesFirst = (seed: number): boolean => Math.floor(seed / 27) % 2 > 0;

async function closeAll(inventory: Inventory, isClosingFirst: boolean): Promise<void> {
  const { world, ledger } = inventory;
  if (isClosingFirst) await closeClients(inventory);
  await auditSignals(inventory);
  inventory.isOver = true;
  world.tell('everything is answered');
  await inventory.desk.resume();
  for (const openRequest of inventory.openRequests.splice(0)) {
    await openRequest.agent.run(() => {
      inventory.desk.answer(openRequest);
    });
  }
  await world.runUntil(world.now + ANSWER_MS);
  if (!isClosingFirst) await fillMailboxes(inventory);
  await world.runUntil(world.now + REST_MS);
  ledger.auditPosts();
  if (!hasUnseenEnd(inventory)) ledger.audit('although everything is answered');
  if (!isClosingFirst) await closeClients(inventory);
  world.tell('everything is closed');
  for (const { record } of inventory.hosts) record.dependencies.isClosed = true;
  await close(inventory.weaks.splice(0).map(({ agent, weak }) => ({ agent, handle: weak })));
  await close(inventory.couriers.splice(0));
  await inventory.ends.watch(
    inventory.hosts.map(({ agent, server }) => ({
      agent,
      what: 'a server',
      end: () => server.drained,
    })),
  );
  await close(inventory.hosts.splice(0).map(({ agent, server }) => ({ agent, handle: server })));
  await world.runUntil(world.now + SETTLE_MS);
}

/** Then each server ends: clients that wait for replies only do not keep it going. */
async function closeClients(inventory: Inventory): Promise<void> {
  const { world, callers, desk } = inventory;
  world.tell('all clients are closed');
  inventory.isClosingClients = true;
  await desk.resume();
  for (const { sequence } of callers) sequence.client.isClosed = true;
  await inventory.ends.watch(
    callers.map(({ agent, client, sequence }) => ({
      agent,
      what: `client ${sequence.id}`,
      end: () => client.closed,
    })),
  );
  await close(callers.splice(0).map(({ agent, client }) => ({ agent, handle: client })));
  await world.runUntil(world.now + SETTLE_MS);
  auditServers(inventory);
}

async function close(handles: { agent: Agent; handle: { close(): void } }[]): Promise<void> {
  for (const { agent, handle } of handles) {
    await agent.run(() => {
      handle.close();
    });
  }
}
