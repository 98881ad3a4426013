/** Actors that nothing restarts. */
import type { Agent } from '../agent.js';
import type { Random } from '../random.js';
import { Host } from './host.js';
import { remote, spawn, spawnWorker, type SpawnedWorker } from './library.js';
import { methodsOf, type Served } from './methods.js';
import { found } from './names.js';
import type { Scene } from './scene.js';
import { startThread } from './threads.js';
import type { System, Target } from './target.js';

/** The longest time that an actor may take to end after its client has closed. */
const MAX_END_MS = 60_000;

/** Starts an actor in a thread of its own, or in this one. */
export function startActor(scene: Scene, agent: Agent, id: number, random: Random): void {
  const isLocal = random.chance(0.15);
  const concurrency = random.pick([1, 1, 4]);
  const target = scene.newTarget(id, {
    kind: 'actor',
    agent,
    concurrency,
    orderOf: () => 0,
    registeredAs: random.chance(0.4) ? `name ${id}` : undefined,
    heartbeat: heartbeatFrom(random),
  });
  const started = isLocal
    ? { ...startLocal(scene, target), kill: undefined }
    : spawnWorker<never, never, unknown>(startThread(scene, target));
  const { client, done } = started;
  target.caller = remote<Served>(client);
  const close = (): void => {
    target.endedAt ??= scene.world.now;
    client.close();
  };
  const system: System = {
    name: `actor ${id}`,
    agent,
    targets: [target],
    endedAt: undefined,
    maxEndMs: MAX_END_MS,
    isDone: false,
    stop: () => {
      close();
      return started[Symbol.asyncDispose]();
    },
    kill: () => {
      target.endedAt ??= scene.world.now;
      if (started.kill === undefined) close();
      else started.kill();
    },
  };
  scene.systems.push(system);
  scene.watchEnd(system, done, (code) => {
    const isBroken = target.hosts.some(({ brokenAt }) => brokenAt !== undefined);
    return (code === 'HandlerFailed' || code === 'ServerDisappeared') && (isBroken || isKilled());
  });
  const isKilled = (): boolean => system.endedAt !== undefined;
  // Before it has its name.
  if (target.registeredAs !== undefined && random.chance(0.5))
    void found(scene, agent, id, target, true);
}

/** After how many milliseconds of silence an actor counts as dead. */
export const heartbeatFrom = (random: Random): number =>
  random.pick([Infinity, Infinity, Infinity, Infinity, 100]);

/** Starts a thread of the target, in the agent that runs. */
export function startWorker(
  scene: Scene,
  target: Target,
): SpawnedWorker<never, never, unknown, never, unknown> {
  const { heartbeat } = target;
  const options = heartbeat === Infinity ? {} : { heartbeat };
  return spawnWorker(startThread(scene, target) as never, options);
}

/** Starts an actor in the agent that runs. */
export function startLocal(scene: Scene, target: Target): ReturnType<typeof spawn> {
  const { agent } = target;
  const host = new Host(++scene.lastHost, target, agent, agent, undefined);
  target.hosts.push(host);
  scene.world.tell(`${agent.name} spawns actor ${host.number} for ${target.kind} ${target.id}`);
  const spawned = spawn(methodsOf(host, scene) as never, { concurrency: target.concurrency });
  const ended = (): void => {
    host.ended();
  };
  spawned.done.then(ended, ended);
  return spawned;
}
