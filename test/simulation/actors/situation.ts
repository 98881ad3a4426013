/** What one operation works with, and what it may happen to. */
import type { Agent } from '../agent.js';
import type { Random } from '../random.js';
import type { Scene } from './scene.js';

/** With which what is done to something that has ended fails. */
export const GONE = ['ServerDisappeared', 'Detached'];

/** What one operation works with. */
export interface Situation {
  readonly scene: Scene;
  /** The number of the operation. */
  readonly id: number;
  readonly random: Random;
  readonly hasDeaths: boolean;
}

export type Run = (situation: Situation) => Promise<void> | undefined;

/** One of those whose agent can run code now. */
export function pick<T extends { readonly agent: Agent }>(
  { random }: Situation,
  list: readonly T[],
): T | undefined {
  const able = list.filter(({ agent }) => agent.canRun);
  return able.length === 0 ? undefined : random.pick(able);
}

/** An agent of the registry group that has loaded. */
export const pickAgent = (situation: Situation): Agent | undefined => {
  const { world, targets } = situation.scene;
  const hosts = targets.flatMap((target) => target.hosts).filter(({ isUp }) => isUp);
  const [page] = world.agents as [Agent];
  if (!page.canRun) return undefined;
  return situation.random.chance(0.7) ? page : pick(situation, hosts)?.agent;
};
