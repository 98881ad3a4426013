/** Names: an agent finds an actor of another one. */
import type { Agent } from '../agent.js';
import { remote, whereis } from './library.js';
import type { Served } from './methods.js';
import type { Scene } from './scene.js';
import { GONE, pickAgent, type Run } from './situation.js';
import type { System, Target } from './target.js';

/** A lookup of a name settles in this time. */
const LOOKUP_MS = 20_000;

/** Finds an actor by its name; what is found becomes a target of its own. */
export const lookUp: Run = (situation) => {
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
