/** Pools of a scenario. */
import type { Agent } from '../agent.js';
import type { Random } from '../random.js';
import { pool, remote, type Pool, type PoolOptions } from './library.js';
import type { Served } from './methods.js';
import { PoolAudit } from './pool-audit.js';
import type { Scene } from './scene.js';
import { scriptOf } from './scripts.js';
import { heartbeatFrom, startWorker } from './single.js';
import type { System, Target } from './target.js';

/** How long a thread may take to end after it was killed, and the news of it to arrive. */
const KILL_MS = 7000;

export function poolOptions(random: Random): PoolOptions {
  const max = 1 + random.below(3);
  return {
    ...(random.chance(0.5) ? { size: max } : { min: random.below(max + 1), max }),
    concurrency: random.pick([1, 1, 4]),
    route: random.pick(['least-pending', 'least-pending', 'round-robin', 'random', 'broadcast']),
    queue: random.pick([undefined, undefined, undefined, 2]),
    maxCalls: random.pick([undefined, undefined, 3]),
    maxAge: random.pick([undefined, undefined, undefined, 2000]),
    backoff: random.pick([undefined, undefined, { initial: 20, max: 500 }]),
    intensity: random.pick([undefined, undefined, undefined, { restarts: 2, within: 1000 }]),
    idle: random.pick([undefined, 300]),
    prefetchMs: random.pick([undefined, 0]),
    shutdown: random.pick([undefined, 100, 2000]),
  };
}

/** How many orders there are, with a key function. */
const KEYS = 3;

export function startPool(scene: Scene, agent: Agent, id: number, random: Random): void {
  const plain = poolOptions(random);
  const hasKeys = random.chance(0.2);
  const keyOf = ([, [call]]: readonly [string, readonly [number]]): number => call % KEYS;
  const options: PoolOptions = hasKeys ? { ...plain, route: keyOf } : plain;
  const target = scene.newTarget(id, {
    kind: 'pool',
    agent,
    concurrency: options.concurrency!,
    isBounded: options.queue !== undefined,
    isBroadcast: options.route === 'broadcast',
    isPlain: random.chance(0.4),
    heartbeat: heartbeatFrom(random),
    neverLoads: random.chance(0.06),
    hasKills: options.intensity === undefined && random.chance(0.3),
    orderOf: hasKeys ? (call) => call % KEYS : undefined,
  });
  const audit = new PoolAudit(options, target.hasKills, () => scene.world.now);
  const onEvent: PoolOptions['onEvent'] = (event) => {
    scene.world.tell(`${system.name}: ${event.type} ${'child' in event ? event.child : ''}`);
    if (event.type === 'gave up') target.endedAt ??= scene.world.now;
    for (const problem of audit.on(event)) scene.wrong(`${system.name}: ${problem}`);
  };
  const all = { ...options, onEvent };
  const beat = target.heartbeat < Infinity ? { heartbeat: target.heartbeat } : {};
  const workers = random.chance(0.5)
    ? pool(scriptOf(scene, target), { ...all, ...beat })
    : pool(() => startWorker(scene, target), all);
  target.caller = remote<Served>(workers as never);
  const { shutdown = 5000 } = options;
  const system: System = {
    name: `pool ${id}`,
    agent,
    targets: [target],
    endedAt: undefined,
    maxEndMs: 2 * shutdown + KILL_MS,
    isDone: false,
    stop: () => {
      target.endedAt ??= scene.world.now;
      return workers.stop();
    },
    kill: () => {
      target.endedAt ??= scene.world.now;
      workers.kill();
    },
    close: () => {
      target.endedAt ??= scene.world.now;
      workers.close();
    },
    audit: () => countsOf(target, workers),
    auditAtRest: () => [
      ...restOf(scene, target, options, workers),
      ...(audit.hasFailures ? [] : tooManyCalls(target, options)),
    ],
  };
  scene.systems.push(system);
  scene.watchEnd(system, workers.done, (code) => code === 'ServerDisappeared' && audit.hasGivenUp);
}

type AnyPool = Pick<Pool, 'stats'>;

/** Each call is counted once. */
function countsOf(
  { endedAt, accepted, isPlain, isBroadcast }: Target,
  { stats }: AnyPool,
): string[] {
  if (endedAt !== undefined || isBroadcast || !isPlain) return [];
  const { waiting, pending, processed, failed } = stats;
  const sum = waiting + pending + processed + failed;
  if (sum === accepted) return [];
  return [`it counts ${waiting} + ${pending} + ${processed} + ${failed} calls of ${accepted}`];
}

/** A worker takes no more than twice `maxCalls`, unless a start of its successor has failed. */
function tooManyCalls({ hosts }: Target, { maxCalls = Infinity }: PoolOptions): string[] {
  return hosts
    .filter(({ begun }) => begun > 2 * maxCalls)
    .map(({ number, begun }) => `worker ${number} has had ${begun} calls`);
}

const RENEWAL_MS = 3000;

/** All calls have settled, and no worker has ended for long. */
function restOf(scene: Scene, target: Target, options: PoolOptions, { stats }: AnyPool): string[] {
  if (target.endedAt !== undefined) return [];
  const problems: string[] = [];
  const { waiting, pending, workers, processed } = stats;
  if (waiting > 0) problems.push(`${waiting} calls wait`);
  if (pending > 0) problems.push(`${pending} calls are pending`);
  const { size, max = size ?? 1, min = size ?? 1 } = options;
  const least = options.route === 'broadcast' && options.min === undefined ? max : min;
  const up = workers.filter((each) => each.up).length;
  if (up < least) problems.push(`${up} workers of ${least} run`);
  if (workers.length > max) problems.push(`${workers.length} workers of ${max}`);
  const calls = scene.ledger.calls.filter((call) => call.target === target);
  const values = calls.filter(({ outcome }) => outcome === 'value').length;
  // A worker may have answered calls that were given up.
  const isWrong = processed < values || processed > calls.length;
  if (!target.isBroadcast && isWrong)
    problems.push(`it counts ${processed} successes of ${values}`);
  const living = target.hosts.filter((host) => host.isUp && !host.isEnding);
  // While one is renewed, there are two of it.
  if (living.length > 2 * max) problems.push(`${living.length} workers live, of ${max}`);
  for (const { number, begun, upAt } of living) {
    if (begun >= (options.maxCalls ?? Infinity))
      problems.push(`worker ${number} is not renewed after ${begun} calls`);
    if (scene.world.now - upAt! > (options.maxAge ?? Infinity) + RENEWAL_MS)
      problems.push(`worker ${number} is not renewed in time`);
  }
  return problems;
}
