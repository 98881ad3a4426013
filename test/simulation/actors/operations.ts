/** What happens in a scenario; an operation does nothing if there is nothing to do it to. */
import type { Agent } from '../agent.js';
import type { Random } from '../random.js';
import { makeCall } from './calls.js';
import { lookUp } from './names.js';
import { startPool } from './pools.js';
import type { Scene } from './scene.js';
import { startActor } from './single.js';
import { startSupervisor } from './supervisors.js';
import { outcomeOf } from '../scenario/ledger.js';
import { GONE, pick, pickAgent, type Run, type Situation } from './situation.js';

const MAX_AGENTS = 14;
const MAX_SYSTEMS = 5;
const MAX_COMPUTING_MS = 500;
const MAX_BURST = 5;

interface Operation {
  readonly weight: number;
  readonly run: Run;
}

const starting =
  (what: string, start: (scene: Scene, agent: Agent, id: number, random: Random) => void): Run =>
  (situation) => {
    const { scene, id, random } = situation;
    const agent = pickAgent(situation);
    const living = scene.world.agents.filter(({ isAlive }) => isAlive);
    const systems = scene.systems.filter((each) => !each.isDone && each.agent.isAlive);
    if (agent === undefined || living.length >= MAX_AGENTS || systems.length >= MAX_SYSTEMS)
      return undefined;
    return scene.in(agent, `starts ${what} ${id}`, () => {
      start(scene, agent, id, random);
    });
  };

const call: Run = (situation) => {
  const { scene, id, random } = situation;
  const target = pick(situation, scene.targets);
  if (target === undefined) return undefined;
  return scene.in(target.agent, `calls ${id} of ${target.kind} ${target.id}`, () => {
    makeCall(scene, target, id, random);
  });
};

/** Several calls at once: most of them wait. */
const burst: Run = (situation) => {
  const { scene, id, random } = situation;
  const target = pick(situation, scene.targets);
  if (target === undefined) return undefined;
  const count = 2 + random.below(MAX_BURST);
  return scene.in(
    target.agent,
    `calls ${id} to ${id}.${count} of ${target.kind} ${target.id}`,
    () => {
      for (let n = 0; n < count; n++) makeCall(scene, target, id + n / 10, random);
    },
  );
};

const abort: Run = (situation) => {
  const { scene } = situation;
  const pending = scene.ledger.calls.filter(
    ({ outcome, target }) => outcome === undefined && !target.isPlain,
  );
  const found = pick(situation, pending);
  if (found === undefined) return undefined;
  return scene.in(found.agent, `aborts call ${found.id}`, () => {
    found.abortedAt = scene.world.now;
    scene.aborts.get(found.id)?.abort();
  });
};

const post: Run = (situation) => {
  const { scene, id } = situation;
  const target = pick(situation, scene.targets);
  // The posts that wait would be counted with the calls.
  if (target === undefined || target.isPlain) return undefined;
  return scene.in(target.agent, `posts ${id} to ${target.kind} ${target.id}`, () => {
    const { world, ledger } = scene;
    try {
      target.caller.post.note(id);
      ledger.post({ id, target, at: world.now, hosts: [] });
    } catch (error) {
      if (outcomeOf(error) === 'MailboxFull' && target.isBounded) return;
      const mayBeGone = target.hosts.length > 0 || target.endedAt !== undefined;
      scene.mayFail('a post', error, mayBeGone ? GONE : []);
    }
  });
};

/** Ends a thread in one of the ways in which it can end by itself or by its creator. */
const kill: Run = (situation) => {
  const { scene, random, hasDeaths } = situation;
  const hosts = scene.targets.flatMap(({ hosts: all }) => all);
  const living = hosts.filter(({ worker, agent }) => worker !== undefined && agent.isAlive);
  if (!hasDeaths || living.length === 0) return undefined;
  const host = random.pick(living);
  if (random.chance(0.5) && host.creator.canRun)
    return scene.in(host.creator, `terminates worker ${host.number}`, () => {
      host.broken();
      host.worker?.terminate();
    });
  // Nothing reports the end of a thread that closes itself before it has said that it is there.
  if (!host.isUp) return undefined;
  host.broken();
  host.agent.end();
  return undefined;
};

const compute: Run = (situation) => {
  const agent = pickAgent(situation);
  if (agent === undefined) return undefined;
  const ms = situation.random.next() * MAX_COMPUTING_MS;
  agent.world.tell(`${agent.name} computes for ${ms.toFixed(0)} ms`);
  situation.scene.compute(agent, ms);
  return undefined;
};

const letGo: Run = (situation) => {
  const { scene } = situation;
  const kept = pick(situation, [...scene.references.kept]);
  if (kept === undefined) return undefined;
  return scene.in(kept.agent, `lets go of callback ${kept.id}`, () => {
    scene.references.letGo(kept);
  });
};

const end: Run = (situation) => {
  const { scene, random } = situation;
  const system = pick(
    situation,
    scene.systems.filter(({ endedAt }) => endedAt === undefined),
  );
  if (system === undefined) return undefined;
  const how = random.pick(['stop', 'stop', 'kill', 'close'] as const);
  return scene.in(system.agent, `ends ${system.name}: ${how}`, () => {
    scene.end(system, how);
  });
};

const OPERATIONS: Record<string, Operation> = {
  actor: { weight: 1.2, run: starting('actor', startActor) },
  pool: { weight: 1.2, run: starting('pool', startPool) },
  supervisor: { weight: 1.2, run: starting('supervisor', startSupervisor) },
  call: { weight: 24, run: call },
  burst: { weight: 3, run: burst },
  post: { weight: 4, run: post },
  abort: { weight: 2, run: abort },
  kill: { weight: 1.5, run: kill },
  compute: { weight: 0.7, run: compute },
  letGo: { weight: 1, run: letGo },
  lookUp: { weight: 1.5, run: lookUp },
  end: { weight: 0.7, run: end },
};

const WEIGHTS = Object.fromEntries(
  Object.entries(OPERATIONS).map(([name, { weight }]) => [name, weight]),
);

/** The first operations start something, so that the others have something to work with. */
const FIRST: Record<number, string[]> = {
  1: ['actor', 'pool', 'supervisor'],
  2: ['pool', 'supervisor'],
};

export async function operate(situation: Situation): Promise<void> {
  const { random, id } = situation;
  const first = FIRST[id];
  const name = first === undefined ? random.weighted(WEIGHTS) : random.pick(first);
  await OPERATIONS[name]!.run(situation);
}
