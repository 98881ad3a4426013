/** A random walk: a list of deeds, each with a number that picks what it is done to. */
import fc from 'fast-check';
import type { World } from './simulation.js';
import type { Network } from './network.js';

interface Deed {
  weight: number;
  run(world: World, network: Network, pick: number): unknown;
}

const DEEDS = {
  post: { weight: 5, run: (world, _, pick) => world.post(pick) },
  request: { weight: 7, run: (world, _, pick) => world.request(pick, pick % 3 === 0) },
  abort: { weight: 2, run: (world, _, pick) => world.abort(pick) },
  clone: { weight: 2, run: (world, _, pick) => world.clone(pick) },
  postOnly: { weight: 1, run: (world, _, pick) => world.postOnly(pick) },
  moveClient: { weight: 2, run: (world, _, pick) => world.moveClient(pick) },
  closeClient: { weight: 1, run: (world, _, pick) => world.closeClient(pick) },
  serverClient: { weight: 1, run: (world) => world.serverClient() },
  weak: { weight: 1, run: (world, _, pick) => world.weak(pick) },
  upgrade: { weight: 1, run: (world, _, pick) => world.upgrade(pick) },
  take: { weight: 7, run: (world) => world.take() },
  reply: { weight: 5, run: (world, _, pick) => world.answer(pick, 'reply') },
  fail: { weight: 1, run: (world, _, pick) => world.answer(pick, 'fail') },
  drop: { weight: 1, run: (world, _, pick) => world.answer(pick, 'drop') },
  moveContext: { weight: 4, run: (world, _, pick) => world.moveContext(pick) },
  loseContext: { weight: 1, run: (world, _, pick) => world.loseContext(pick) },
  moveServer: { weight: 2, run: (world) => world.moveServer() },
  closeServer: { weight: 0.3, run: (world) => world.closeServer() },
  arrive: { weight: 14, run: (_, network, pick) => network.step(pick) },
  flush: { weight: 1, run: (_, network) => network.flush() },
  cut: { weight: 0.8, run: (world, _, pick) => world.cut(pick) },
} satisfies Record<string, Deed>;

type Name = keyof typeof DEEDS;

export type Walk = [deed: Name, pick: number][];

/** Weights are whole numbers to fast-check. */
const SCALE = 10;

export function walks(options: { cuts: boolean; length: number }): fc.Arbitrary<Walk> {
  const names = (Object.keys(DEEDS) as Name[]).filter((name) => options.cuts || name !== 'cut');
  const deed = fc.oneof(
    ...names.map((name) => ({
      weight: DEEDS[name].weight * SCALE,
      arbitrary: fc.tuple(fc.constant(name), fc.nat(1023)),
    })),
  );
  return fc.array(deed, { maxLength: options.length, size: 'max' });
}

export async function go(walk: Walk, world: World, network: Network): Promise<void> {
  for (const [name, pick] of walk) {
    await DEEDS[name].run(world, network, pick);
    await network.rest();
  }
}
