/** Names: an agent finds an actor of another one. */
import type { Agent } from '../agent.js';
import { outcomeOf } from '../scenario/ledger.js';
import { remote, whereis, whenRegistered } from './library.js';
import type { Served } from './methods.js';
import type { Scene } from './scene.js';
import { GONE, pickAgent, type Run } from './situation.js';
import type { System, Target } from './target.js';

/** A lookup of a name settles in this time. */
const LOOKUP_MS = 20_000;

/** How long an agent waits for a name. Nothing ends so soon after the last operation. */
const WAIT_MS = 7000;
/** A name of an actor that has run for so long is found. */
const KNOWN_MS = 3000;

/**
 * Finds an actor by its name, or waits until it has that name; what is found becomes a target of
 * its own.
 */
export const lookUp: Run = (situation) => {
  const { scene, id, random } = situation;
  const agent = pickAgent(situation);
  const named = scene.targets.filter(({ registeredAs, kind }) => registeredAs && kind !== 'name');
  if (agent === undefined || named.length === 0) return undefined;
  const origin = random.pick(named);
  const waits = random.chance(0.4);
  return scene.in(agent, `${waits ? 'waits for' : 'looks up'} ${origin.registeredAs}`, () => {
    void found(scene, agent, id, origin, waits);
  });
};

/** Whether an actor of the target has had its name for long, and nothing ends it. */
const isKnown = ({ hosts, endedAt }: Target, now: number): boolean =>
  endedAt === undefined &&
  hosts.some(
    (host) =>
      host.isUp &&
      !host.isEnding &&
      host.brokenAt === undefined &&
      host.creator.isAlive &&
      now - host.upAt! > KNOWN_MS,
  );

/** Never rejects. */
export async function found(
  scene: Scene,
  agent: Agent,
  id: number,
  origin: Target,
  waits: boolean,
): Promise<void> {
  try {
    const find = waits ? whenRegistered : whereis;
    const client = await find(origin.registeredAs!, { timeout: waits ? WAIT_MS : LOOKUP_MS });
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
    if (waits && outcomeOf(error) === 'Timeout' && !isKnown(origin, scene.world.now)) return;
    scene.mayFail(`looking up ${origin.registeredAs}`, error, GONE);
  }
}
