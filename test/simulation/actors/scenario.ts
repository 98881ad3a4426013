/**
 * One scenario: a page that starts actors, pools and supervisors, in which the seed decides what
 * happens. At the end all calls settle, what lives must answer, and everything is stopped; then
 * nothing may be left in an agent that lives.
 */
import { Agent } from '../agent.js';
import { countTransports, importLibrary } from '../library.js';
import { platforms } from '../platform/platform.js';
import { Random } from '../random.js';
import { outcomeOf } from '../scenario/ledger.js';
import type { Plan, Result } from '../scenario/scenario.js';
import { World } from '../world.js';
import { Intended } from './ledger.js';
import { registeredNames } from './library.js';
import { operate } from './operations.js';
import { Scene } from './scene.js';
import { forgetScripts } from './scripts.js';

/** The longest pause between two operations, in milliseconds, most of the time. */
const MAX_PAUSE_MS = 8;
const MAX_LONG_PAUSE_MS = 400;
/** All workers are restarted in this time. */
const MIN_REST_MS = 8000;
/** All calls have settled in this time. */
const MAX_REST_MS = 60_000;
const MAX_PROBE_MS = 30_000;
const SLICE_MS = 500;
const SETTLE_MS = 120_000;

export async function runActors({
  seed,
  operations,
  without,
  records,
  recordsMessages = false,
}: Plan): Promise<Result> {
  const platform = platforms[seed % platforms.length]!;
  const hasDeaths = Math.floor(seed / platforms.length) % 4 > 0;
  const world = new World(seed);
  if (records === true) world.events = [];
  world.recordsMessages = recordsMessages;
  const scene = new Scene(world, seed);
  scene.isCalm = !hasDeaths;
  const page = new Agent(world, platform, 'page', 'the page', 'https://a.example');
  await page.run(() => {
    importLibrary();
  });
  // Otherwise the registry would begin with the first name.
  await page.run(() => void registeredNames());
  await world.runUntil(1);
  const atStart = await inventoryOf(page);
  for (let id = 1; id <= operations; id++) {
    const random = new Random(seed * 1009 + id);
    const pause = random.next() * (random.chance(0.1) ? MAX_LONG_PAUSE_MS : MAX_PAUSE_MS);
    await world.runUntil(world.now + pause);
    if (without?.has(id) !== true) await operate({ scene, id, random, hasDeaths });
    await audit(scene);
  }
  await rest(scene);
  await probe(scene);
  await endAll(scene);
  await auditEnd(scene, atStart);
  forgetScripts();
  const { steps, events: story = [] } = world;
  return { platform: platform.name, steps, violations: scene.ledger.violations, story };
}

async function until(world: World, isOver: () => boolean, maxMs: number): Promise<void> {
  const end = world.now + maxMs;
  while (!isOver() && world.now < end) await world.runUntil(world.now + SLICE_MS);
}

/** What is always true of the systems that run. */
async function audit(scene: Scene): Promise<void> {
  for (const { agent, audit: find, name } of scene.systems) {
    if (find === undefined || !agent.isAlive) continue;
    await agent.run(() => {
      for (const problem of find()) scene.wrong(`${name}: ${problem}`);
    });
  }
}

/** Nothing goes wrong any more, until all is quiet. */
async function rest(scene: Scene): Promise<void> {
  const { world, ledger } = scene;
  scene.isCalm = true;
  world.tell('nothing goes wrong any more');
  await world.runUntil(world.now + MIN_REST_MS);
  const isOver = (): boolean =>
    ledger.calls.every(({ outcome, agent }) => outcome !== undefined || !agent.isAlive);
  await until(world, isOver, MAX_REST_MS);
  await world.runUntil(world.now + SLICE_MS);
  ledger.audit(scene.computed);
  for (const problem of scene.references.audit()) scene.wrong(problem);
  await audit(scene);
  for (const { agent, auditAtRest, name, endedAt, isDone, maxEndMs } of scene.systems) {
    if (!agent.isAlive) continue;
    await agent.run(() => {
      for (const problem of auditAtRest?.() ?? []) scene.wrong(`${name}: ${problem}`);
    });
    const computed = scene.computed.get(agent) ?? 0;
    if (endedAt !== undefined && !isDone && world.now - endedAt > maxEndMs + computed)
      scene.wrong(`${name} has not ended`);
  }
}

/** What has not ended must answer. */
async function probe(scene: Scene): Promise<void> {
  const { world } = scene;
  world.tell('all that lives is called');
  const answers: { agent: Agent; what: string; isAnswered: boolean }[] = [];
  for (const target of scene.targets) {
    const { agent } = target;
    const mustLive = target.kind === 'pool' || target.kind === 'child';
    if (!mustLive || target.endedAt !== undefined || !agent.isAlive) continue;
    const answer = { agent, what: `${target.kind} ${target.id}`, isAnswered: false };
    answers.push(answer);
    target.accepted++;
    await agent.run(() => {
      target.caller.req.ping().then(
        () => {
          answer.isAnswered = true;
        },
        (error: unknown) => {
          scene.wrong(`${answer.what} rejects at rest: ${outcomeOf(error)}`);
        },
      );
    });
  }
  const isOver = (): boolean => answers.every((each) => each.isAnswered || !each.agent.isAlive);
  await until(world, isOver, MAX_PROBE_MS);
  for (const { agent, what, isAnswered } of answers)
    if (!isAnswered && agent.isAlive) scene.wrong(`${what} does not answer`);
}

async function endAll(scene: Scene): Promise<void> {
  const { world } = scene;
  world.tell('everything is ended');
  for (const kept of scene.references.kept)
    await kept.agent.run(() => {
      scene.references.letGo(kept);
    });
  for (const system of scene.systems) {
    if (!system.agent.isAlive) continue;
    await system.agent.run(() => {
      scene.end(system, 'stop');
    });
  }
  await world.runUntil(world.now + SETTLE_MS);
}

/** How much an agent has: it must be as little as at its start. */
interface AgentInventory {
  transports: number;
  ports: number;
}

async function inventoryOf(agent: Agent): Promise<AgentInventory> {
  const inventory = { transports: 0, ports: 0 };
  await agent.run(() => {
    inventory.transports = countTransports();
  });
  const open = [...agent.ports].filter((each) => !each.isImplicit && each.isConnected);
  inventory.ports = open.length;
  return inventory;
}

async function auditEnd(scene: Scene, atStart: AgentInventory): Promise<void> {
  const { world } = scene;
  const [page] = world.agents as [Agent];
  for (const { name, isDone, agent } of scene.systems)
    if (agent.isAlive && !isDone) scene.wrong(`${name} has not ended`);
  let names: readonly string[] | undefined;
  await page.run(() => {
    void registeredNames().then((all) => {
      names = all;
    });
  });
  await world.runUntil(world.now + 1000);
  if (names?.length !== 0) scene.wrong(`the names ${String(names)} are left`);
  for (const { agent, error } of world.uncaught)
    if (!(error instanceof Intended) && !scene.reported.delete(error))
      scene.wrong(`uncaught in ${agent.name}: ${outcomeOf(error)}`);
  for (const agent of world.agents.filter(({ isAlive }) => isAlive)) {
    if (agent !== page) {
      scene.wrong(`${agent.name} lives`);
      continue;
    }
    const left = await inventoryOf(agent);
    if (left.transports > atStart.transports)
      scene.wrong(`the page has ${left.transports} transports, and had ${atStart.transports}`);
    if (left.ports > atStart.ports)
      scene.wrong(`the page has ${left.ports} open ports, and had ${atStart.ports}`);
    if (agent.timers.size > 0) scene.wrong(`the page has ${agent.timers.size} timers`);
  }
}
