/** A random walk: a list of actions, each with a number that picks its object. */
import fc from 'fast-check';
import type { Simulation } from './simulation.js';
import type { Network } from './network.js';

interface Action {
  weight: number;
  run(simulation: Simulation, network: Network, pick: number): unknown;
}

const ACTIONS = {
  post: { weight: 5, run: (simulation, _, pick) => simulation.post(pick) },
  request: { weight: 7, run: (simulation, _, pick) => simulation.request(pick, pick % 3 === 0) },
  abort: { weight: 2, run: (simulation, _, pick) => simulation.abort(pick) },
  clone: { weight: 2, run: (simulation, _, pick) => simulation.clone(pick) },
  postOnly: { weight: 1, run: (simulation, _, pick) => simulation.postOnly(pick) },
  moveClient: { weight: 2, run: (simulation, _, pick) => simulation.moveClient(pick) },
  closeClient: { weight: 1, run: (simulation, _, pick) => simulation.closeClient(pick) },
  serverClient: { weight: 1, run: (simulation) => simulation.serverClient() },
  weak: { weight: 1, run: (simulation, _, pick) => simulation.weak(pick) },
  upgrade: { weight: 1, run: (simulation, _, pick) => simulation.upgrade(pick) },
  take: { weight: 7, run: (simulation) => simulation.take() },
  reply: { weight: 5, run: (simulation, _, pick) => simulation.answer(pick, 'reply') },
  fail: { weight: 1, run: (simulation, _, pick) => simulation.answer(pick, 'fail') },
  drop: { weight: 1, run: (simulation, _, pick) => simulation.answer(pick, 'drop') },
  moveContext: { weight: 4, run: (simulation, _, pick) => simulation.moveContext(pick) },
  loseContext: { weight: 1, run: (simulation, _, pick) => simulation.loseContext(pick) },
  moveServer: { weight: 2, run: (simulation) => simulation.moveServer() },
  closeServer: { weight: 0.3, run: (simulation) => simulation.closeServer() },
  arrive: { weight: 14, run: (_, network, pick) => network.step(pick) },
  flush: { weight: 1, run: (_, network) => network.flush() },
  cut: { weight: 0.8, run: (simulation, _, pick) => simulation.cut(pick) },
} satisfies Record<string, Action>;

type Name = keyof typeof ACTIONS;

export type Walk = [action: Name, pick: number][];

/** fast-check needs integer weights. */
const SCALE = 10;

export function walks(options: { cuts: boolean; length: number }): fc.Arbitrary<Walk> {
  const names = (Object.keys(ACTIONS) as Name[]).filter((name) => options.cuts || name !== 'cut');
  const action = fc.oneof(
    ...names.map((name) => ({
      weight: ACTIONS[name].weight * SCALE,
      arbitrary: fc.tuple(fc.constant(name), fc.nat(1023)),
    })),
  );
  return fc.array(action, { maxLength: options.length, size: 'max' });
}

export async function runWalk(walk: Walk, simulation: Simulation, network: Network): Promise<void> {
  for (const [name, pick] of walk) {
    await ACTIONS[name].run(simulation, network, pick);
    await network.rest();
  }
}
