/** What happens in a scenario; an operation does nothing if there is nothing to do it to. */
import type { Agent } from '../agent.js';
import type { Random } from '../random.js';
import { makeCall } from './calls.js';
import { remote, whereis } from './library.js';
import type { Served } from './methods.js';
import { startPool } from './pools.js';
import type { Scene } from './scene.js';
import { startActor } from './single.js';
import { startSupervisor } from './supervisors.js';
import { outcomeOf } from '../scenario/ledger.js';
import type { System, Target } from './target.js';

const MAX_AGENTS = 14;
const MAX_SYSTEMS = 5;
const MAX_COMPUTING_MS = 500;
/** A lookup of a name settles in this time. */
export const LOOKUP_MS = 20_000;

const GONE = ['ServerDisappeared', 'Detached'];

/** What one operation works with. */
export interface Situation {
  readonly scene: Scene;
  /** The number of the operation. */
  readonly id: number;
  readonly random: Random;
  readonly hasDeaths: boolean;
}

type Run = (situation: Situation) => Promise<void> | undefined;

interface Operation {
  readonly weight: number;
  readonly run: Run;
}

/** One of those whose agent can run code now. */
function pick<T extends { readonly agent: Agent }>(
  { random }: Situation,
  list: readonly T[],
): T | undefined {
  const able = list.filter(({ agent }) => agent.canRun);
  return able.length === 0 ? undefined : random.pick(able);
}

/** An agent of the registry group that has loaded. */
const pickAgent = (situation: Situation): Agent | undefined => {
  const { world, targets } = situation.scene;
  const hosts = targets.flatMap((target) => target.hosts).filter(({ isUp }) => isUp);
  const [page] = world.agents as [Agent];
  if (!page.canRun) return undefined;
  return situation.random.chance(0.7) ? page : pick(situation, hosts)?.agent;
};

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
    ledger.post({ id, target, at: world.now, hosts: [] });
    try {
      target.caller.post.note(id);
    } catch (error) {
      if (outcomeOf(error) === 'MailboxFull' && target.isBounded) return;
      scene.mayFail('a post', error, target.hosts.length > 0 ? GONE : []);
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

/** Finds an actor by its name; what is found becomes a target of its own. */
const lookUp: Run = (situation) => {
  const { scene, id, random } = situation;
  const agent = pickAgent(situation);
  const named = scene.targets.filter(({ registeredAs, kind }) => registeredAs && kind !== 'name');
  if (agent === undefined || named.length === 0) return undefined;
  const origin = random.pick(named);
  return scene.in(agent, `looks up ${origin.registeredAs}`, () => {
    void found(scene, agent, id, origin);
  });
};

async function found(scene: Scene, agent: Agent, id: number, origin: Target): Promise<void> {
  try {
    const client = await whereis(origin.registeredAs!, { timeout: LOOKUP_MS });
    scene.world.tell(`${agent.name} ${client === undefined ? 'finds nothing' : 'has found it'}`);
    if (client === undefined) return;
    const { hosts, concurrency } = origin;
    const target = scene.newTarget(id, { kind: 'name', agent, concurrency, hosts });
    target.caller = remote<Served>(client as never);
    const system: System = {
      name: `client ${id}`,
      agent,
      targets: [target],
      endedAt: undefined,
      maxEndMs: 0,
      isDone: true,
      stop: () => {
        target.endedAt ??= scene.world.now;
        client.close();
        return Promise.resolve();
      },
      kill: () => {
        target.endedAt ??= scene.world.now;
        client.close();
      },
    };
    scene.systems.push(system);
    const number = await target.caller.req.ping();
    if (!hosts.some((host) => host.number === number))
      scene.wrong(`${origin.registeredAs} led to worker ${number}`);
  } catch (error) {
    scene.mayFail(`looking up ${origin.registeredAs}`, error, GONE);
  }
}

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
