/** Supervisors of a scenario, whose children are actors in threads or here, or pools. */
import type { Agent } from '../agent.js';
import type { Random } from '../random.js';
import { pool, remote, supervise, type SupervisorEvent } from './library.js';
import type { Served } from './methods.js';
import type { Scene } from './scene.js';
import { scriptOf } from './scripts.js';
import { heartbeatFrom, startLocal, startWorker } from './single.js';
import { SupervisorAudit, type SupervisorPlan } from './supervisor-audit.js';
import type { System, Target } from './target.js';

const KILL_MS = 7000;

interface Child {
  readonly name: string;
  readonly target: Target;
  readonly spec: object;
  readonly shutdown: number;
  readonly restart: 'permanent' | 'transient' | 'temporary';
}

function newChild(scene: Scene, agent: Agent, id: number, random: Random): Child {
  const kind = random.pick(['thread', 'thread', 'script', 'local', 'pool']);
  const restart = random.pick(['permanent', 'permanent', 'transient', 'temporary'] as const);
  const shutdown = random.pick([5000, 2000, 100, 0]);
  const isPool = kind === 'pool';
  const target = scene.newTarget(id, {
    kind: 'child',
    agent,
    concurrency: isPool ? 1 : random.pick([1, 1, 4]),
    orderOf: isPool ? undefined : () => 0,
    heartbeat: heartbeatFrom(random),
    neverLoads: random.chance(0.06),
    endsAtOnce: kind === 'script' && shutdown === 0,
    // An actor of this thread cannot be ended while another client holds it, and keeps its name.
    registeredAs: !isPool && random.chance(0.3) && kind !== 'local' ? `name ${id}` : undefined,
  });
  const { heartbeat } = target;
  const starts: Record<string, unknown> = {
    thread: () => startWorker(scene, target),
    script: scriptOf(scene, target),
    local: () => startLocal(scene, target),
    pool: () => {
      const workers = pool(() => startWorker(scene, target), {
        size: 2,
        shutdown,
      });
      const { done } = workers;
      const kill = (): void => {
        workers.kill();
      };
      const stop = (): Promise<void> =>
        workers.stop().catch((error: unknown) => {
          scene.reported.add(error);
          throw error;
        });
      return { client: workers, done, stop, kill };
    },
  };
  const name = `child ${id}`;
  const options =
    kind === 'script' && heartbeat < Infinity
      ? { heartbeat, restart, shutdown }
      : { restart, shutdown };
  return { name, target, restart, shutdown, spec: { start: starts[kind], ...options } };
}

export function startSupervisor(scene: Scene, agent: Agent, id: number, random: Random): void {
  const children = Array.from({ length: 1 + random.below(3) }, (_, n) =>
    newChild(scene, agent, id + (n + 1) / 10, random),
  );
  const plan: SupervisorPlan = {
    strategy: random.pick(['one-for-one', 'one-for-all', 'rest-for-one']),
    intensity: random.pick([
      undefined,
      { restarts: 1, within: 500 },
      { restarts: 2, within: 1000 },
      { restarts: 100, within: 1000 },
    ]),
    backoff: random.pick([undefined, undefined, { initial: 20, max: 200 }]),
    children: new Map(children.map(({ name, restart }) => [name, restart])),
  };
  const endAll = (): void => {
    for (const { target } of children) target.endedAt ??= scene.world.now;
  };
  const killed = (child: string): void => {
    const hosts = children.find(({ name }) => name === child)?.target.hosts ?? [];
    const last = hosts.at(-1);
    if (last?.worker !== undefined && last.agent.isAlive)
      scene.wrong(`worker ${last.number} lives after it was killed`);
    // An actor of this thread runs on, and nothing waits for it any more.
    for (const host of hosts) if (host.endedAt === undefined) host.broken();
  };
  const audit = new SupervisorAudit(plan, () => scene.world.now);
  const onEvent = (event: SupervisorEvent): void => {
    scene.world.tell(`${system.name}: ${event.type} ${'child' in event ? event.child : ''}`);
    for (const problem of audit.on(event)) scene.wrong(`${system.name}: ${problem}`);
    if (event.type === 'gave up') endAll();
    if (event.type === 'stopped' && event.killed) killed(event.child);
    for (const { name, target } of children)
      if (audit.isOver(name)) target.endedAt ??= scene.world.now;
  };
  const specs = Object.fromEntries(children.map(({ name, spec }) => [name, spec]));
  const { strategy, intensity, backoff } = plan;
  const supervisor = supervise(specs as never, { strategy, intensity, backoff, onEvent });
  for (const { name, target } of children)
    target.caller = remote<Served>((supervisor.children as Record<string, never>)[name]!);
  const system: System = {
    name: `supervisor ${id}`,
    agent,
    targets: children.map(({ target }) => target),
    endedAt: undefined,
    maxEndMs: children.reduce((sum, { shutdown }) => sum + shutdown + KILL_MS, 0),
    isDone: false,
    stop: () => {
      endAll();
      return supervisor.stop();
    },
    kill: () => {
      endAll();
      supervisor.kill();
    },
  };
  scene.systems.push(system);
  scene.watchEnd(
    system,
    supervisor.done,
    (code) => code === 'ServerDisappeared' && audit.hasGivenUp,
  );
}
